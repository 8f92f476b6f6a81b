#include "server/ogc/item_query.h"
#include "server/ogc/params.h"
#include "server/ogc/world.h"
#include "store/catalog.h"
#include "tests/unit/unit.h"

#include <string.h>

/* A request of the layers a, b and c, as http would hand it on. */
struct fixture {
    struct arena arena;
    struct world *world;
    struct param params[4];
    struct request request;
};

static const struct tile_cut CUT = {.extent_tu = 4096, .buffer_tu = 64};

static void set_up(struct fixture *f)
{
    struct err err = {0};
    struct catalog *c = NULL;
    *f = (struct fixture){0};
    arena_init(&f->arena, 1 << 20);
    assert_ok(catalog_new(&c, &err));
    c->n_layers = 3;
    c->layers = arena_new(&c->arena, 3, sizeof *c->layers, NULL);
    const char *const names[] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++)
        c->layers[i] = (struct layer){.name = names[i],
                                      .geom_type = i == 1 ? GEOM_NONE : GEOM_POINT,
                                      .epsg = 4326,
                                      .time_field = -1,
                                      .bbox_deg = {0, 0, 10, 10},
                                      .revision = 7};
    assert_ok(world_new(c, "T", NULL, NULL, &CUT, &f->world, &err));
    f->request = (struct request){.params = f->params,
                                  .arena = &f->arena,
                                  .snapshot = f->world,
                                  .base_url = "http://h",
                                  .media = MEDIA_GEOJSON};
}

static void put_param(struct fixture *f, const struct param_spec *spec, const char *text)
{
    struct err err = {0};
    struct param *p = &f->params[f->request.n_params++];
    if (text)
        assert_ok(param_parse(spec, text, &f->arena, p, &err));
    else
        *p = (struct param){.spec = spec, .integer = spec->default_integer};
}

static void tear_down(struct fixture *f)
{
    world_unref(f->world);
    arena_clear(&f->arena);
}

static void all_layers_with_geometry_are_taken_when_none_is_named(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    const struct layer *const *layers;
    size_t n;
    set_up(&f);
    put_param(&f, &collections_param, NULL);
    assert_ok(world_layers(&f.request, "collections", &layers, &n, &err));
    assert_true(n == 2 && text_eq(layers[0]->name, "a") && text_eq(layers[1]->name, "c"));
    tear_down(&f);
}

static void named_layers_keep_their_order(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    const struct layer *const *layers;
    size_t n;
    set_up(&f);
    put_param(&f, &collections_param, "c,b,a");
    assert_ok(world_layers(&f.request, "collections", &layers, &n, &err));
    assert_true(n == 3 && text_eq(layers[0]->name, "c") && text_eq(layers[2]->name, "a"));
    tear_down(&f);
    set_up(&f);
    put_param(&f, &collections_param, "a,c,a");
    assert_fails(world_layers(&f.request, "collections", &layers, &n, &err), BAD_ARG, "twice");
    tear_down(&f);
    set_up(&f);
    put_param(&f, &collections_param, "a,x");
    assert_fails(world_layers(&f.request, "collections", &layers, &n, &err), NOT_FOUND, "'x'");
    tear_down(&f);
}

static void the_stamp_follows_the_layers_that_are_named(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f);
    put_param(&f, &collection_id_param, "a");
    const uint64_t before = world_stamps(f.world, NULL, &f.request).narrow;
    f.world->catalog->layers[2].revision++;
    assert_true(world_stamps(f.world, NULL, &f.request).narrow == before);
    f.world->catalog->layers[0].revision++;
    assert_true(world_stamps(f.world, NULL, &f.request).narrow != before);
    f.request.n_params = 0;
    const uint64_t all = world_stamps(f.world, NULL, &f.request).narrow;
    f.world->catalog->layers[2].revision++;
    assert_true(world_stamps(f.world, NULL, &f.request).narrow != all);
    tear_down(&f);
}

static void items_of(struct fixture *f, const char *bbox, const char *after)
{
    set_up(f);
    put_param(f, &limit_param, "5");
    put_param(f, &bbox_param, bbox);
    put_param(f, &datetime_param, NULL);
    put_param(f, &after_param, after);
}

static void a_bbox_that_covers_the_layer_is_no_condition(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    struct item_query q;
    items_of(&f, "-180,-90,180,90", NULL);
    assert_ok(item_query_read(&f.request, &f.world->catalog->layers[0], &q, &err));
    assert_true(q.is_whole && q.n_boxes_deg == 0 && q.store.n_boxes == 0 && q.limit == 5);
    tear_down(&f);
    items_of(&f, "5,5,20,20", NULL);
    assert_ok(item_query_read(&f.request, &f.world->catalog->layers[0], &q, &err));
    assert_true(!q.is_whole && q.n_boxes_deg == 1 && q.store.n_boxes == 1);
    tear_down(&f);
    items_of(&f, "170,5,-170,20", NULL);
    assert_ok(item_query_read(&f.request, &f.world->catalog->layers[0], &q, &err));
    assert_true(q.n_boxes_deg == 2 && q.boxes_deg[0].max_x == 180 && q.boxes_deg[1].min_x == -180);
    tear_down(&f);
}

static void the_next_page_keeps_the_conditions(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    struct item_query q;
    items_of(&f, "5,5,20,20", "7-42");
    const struct layer *layer = &f.world->catalog->layers[0];
    assert_ok(item_query_read(&f.request, layer, &q, &err));
    assert_int_equal(q.store.after_fid, 42);
    assert_string_equal(item_query_next(&f.request, layer, 99),
                        "f=json&limit=5&bbox=5%2C5%2C20%2C20&after=7-99");
    tear_down(&f);
}

static void a_page_of_another_revision_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    struct item_query q;
    const char *const made_up[] = {"", "7", "7-", "-7", "7-x", "7--1", "7-99999999999999999999"};
    for (size_t i = 0; i < sizeof made_up / sizeof *made_up; i++) {
        items_of(&f, NULL, made_up[i]);
        assert_fails(item_query_read(&f.request, &f.world->catalog->layers[0], &q, &err), BAD_ARG,
                     "next link");
        tear_down(&f);
    }
    items_of(&f, NULL, "6-42");
    assert_fails(item_query_read(&f.request, &f.world->catalog->layers[0], &q, &err), BAD_ARG,
                 "has changed");
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_layers_with_geometry_are_taken_when_none_is_named),
        cmocka_unit_test(named_layers_keep_their_order),
        cmocka_unit_test(the_stamp_follows_the_layers_that_are_named),
        cmocka_unit_test(a_bbox_that_covers_the_layer_is_no_condition),
        cmocka_unit_test(the_next_page_keeps_the_conditions),
        cmocka_unit_test(a_page_of_another_revision_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
