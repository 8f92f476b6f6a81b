#include "tests/unit/unit.h"

#include "importers/import.h"

#include <string.h>

static void assert_name(const char *source, const char *wanted)
{
    struct err err = {0};
    struct buf name;
    buf_init(&name, 1000);
    assert_ok(import_layer_name(source, &name, &err));
    assert_string_equal(buf_text(&name), wanted);
    buf_clear(&name);
}

static void a_file_gives_its_name_without_folder_and_suffixes(void **state)
{
    (void)state;
    assert_name("roads.geojson", "roads");
    assert_name("/data/of/Roads.GeoJSON.gz", "Roads");
    assert_name("a/b.c/trees.ndjson", "trees");
    assert_name("my.city.json", "my.city");
    assert_name("plan-1.25", "plan-1.25");
    assert_name("notes.txt", "notes");
    assert_name("roads", "roads");
}

static void etalabs_names_give_the_layer(void **state)
{
    (void)state;
    assert_name("cadastre-91216-parcelles.json.gz", "parcelles");
    assert_name("../x/cadastre-2A004-batiments.json", "batiments");
    assert_name("cadastre-france-communes.json.gz", "communes");
    assert_name("cadastre-2022-01-01-91216-lieux_dits.json", "lieux_dits");
    assert_name("cadastre-75-prefixes_sections.json.gz", "prefixes_sections");
    assert_name("cadastre-91216.json", "cadastre-91216");
    assert_name("cadastre.json", "cadastre");
}

static void what_cannot_be_a_name_becomes_one(void **state)
{
    (void)state;
    assert_name("-", "layer");
    assert_name("r\xc3\xa9seau d'eau.geojson", "reseau_d_eau");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_gives_its_name_without_folder_and_suffixes),
        cmocka_unit_test(etalabs_names_give_the_layer),
        cmocka_unit_test(what_cannot_be_a_name_becomes_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
