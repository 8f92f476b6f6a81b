#include "importers/bundle.h"

#include "importers/scratch.h"
#include "tests/unit/source_text.h"
#include "tests/unit/zip_text.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything lies in a folder of its own. */
#define TOP "test_bundle.d"
#define ZIP TOP "/a.zip"

static const struct bundle_limits LIMITS = {.files = 20, .inflation = 200, .scratch = TOP};

static int set_up(void **state)
{
    (void)state;
    return system("rm -rf " TOP "; mkdir -p " TOP "/in/deep") != 0;
}

static int tear_down(void **state)
{
    (void)state;
    return system("rm -rf " TOP) != 0;
}

static void write_text(const char *path, const char *text)
{
    write_source(path, span_of(text));
}

static struct bundle *open_bundle(const char *path)
{
    struct err err = {0};
    struct bundle *b = NULL;
    assert_ok(bundle_open(path, &LIMITS, &b, &err));
    return b;
}

static size_t find(const struct bundle *b, const char *name)
{
    for (size_t i = 0; i < bundle_n_files(b); i++) {
        if (text_eq(bundle_name(b, i), name))
            return i;
    }
    fail_msg("there is no '%s'", name);
    return 0;
}

static void assert_text(struct bundle *b, size_t file, const char *wanted)
{
    struct err err = {0};
    struct buf text;
    buf_init(&text, 1000);
    assert_ok(bundle_read(b, file, &text, &err));
    assert_string_equal(buf_text(&text), wanted);
    buf_clear(&text);
}

static void assert_fd_text(struct bundle *b, size_t file, const char *wanted)
{
    struct err err = {0};
    char text[100] = "";
    int fd = -1;
    uint64_t n = 0;
    assert_ok(bundle_fd(b, file, &fd, &n, &err));
    assert_int_equal(n, strlen(wanted));
    assert_int_equal(pread(fd, text, sizeof text, 0), (ssize_t)n);
    assert_string_equal(text, wanted);
}

static void assert_file_text(const char *path, const char *wanted)
{
    char text[100] = "";
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, sizeof text, f), strlen(wanted));
    assert_string_equal(text, wanted);
    fclose(f);
}

static size_t n_scratch_folders(void)
{
    size_t n = 0;
    DIR *listing = opendir(TOP);
    assert_non_null(listing);
    for (const struct dirent *e; (e = readdir(listing));)
        n += text_starts_with(e->d_name, "cassini-scratch-");
    closedir(listing);
    return n;
}

static void a_file_comes_with_its_siblings(void **state)
{
    (void)state;
    struct err err = {0};
    size_t found = 99;
    const char *path = NULL;
    write_text(TOP "/in/roads.shp", "shape");
    write_text(TOP "/in/roads.DBF", "table");
    write_text(TOP "/in/roads2.dbf", "other");
    struct bundle *b = open_bundle(TOP "/in/roads.shp");
    assert_int_equal(bundle_kind(b), BUNDLE_FILE);
    assert_int_equal(bundle_n_files(b), 2);
    assert_string_equal(bundle_name(b, 0), "roads.shp");
    assert_int_equal(bundle_bytes(b, 0), 5);
    assert_true(bundle_sibling(b, 0, ".dbf", &found));
    assert_text(b, found, "table");
    assert_fd_text(b, found, "table");
    assert_ok(bundle_local_path(b, found, &path, &err));
    assert_string_equal(path, TOP "/in/roads.DBF");
    assert_false(bundle_sibling(b, 0, ".prj", &found));
    bundle_close(b);
}

static void a_folder_has_every_file_below_by_name(void **state)
{
    (void)state;
    struct err err = {0};
    struct bundle *b = NULL;
    size_t found = 99;
    write_text(TOP "/in/deep/b.csv", "b");
    write_text(TOP "/in/a.json", "a");
    write_text(TOP "/in/a.JSON.txt", "c");
    write_text(TOP "/in/.hidden", "h");
    assert_int_equal(symlink("/etc/passwd", TOP "/in/link"), 0);
    assert_int_equal(symlink("..", TOP "/in/deep/loop"), 0);
    assert_int_equal(mkfifo(TOP "/in/pipe", 0600), 0);
    b = open_bundle(TOP "/in/");
    assert_int_equal(bundle_kind(b), BUNDLE_FOLDER);
    static const char *const NAMES[] = {"a.JSON.txt", "a.json", "deep/b.csv",
                                        "deep/loop",  "link",   "pipe"};
    assert_int_equal(bundle_n_files(b), 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(bundle_name(b, i), NAMES[i]);
        assert_int_equal(bundle_is_regular(b, i), i < 3);
    }
    assert_text(b, 2, "b");
    assert_true(bundle_find(b, span_of("deep/b"), ".CSV", &found));
    assert_int_equal(found, 2);
    assert_false(bundle_find(b, span_of("deep"), ".csv", &found));
    bundle_close(b);
    struct bundle_limits few = LIMITS;
    few.files = 3;
    assert_fails(bundle_open(TOP "/in", &few, &b, &err), LIMIT, "--max-files");
}

static void make_zip(const struct zip_entry *entries, size_t n)
{
    struct buf zip;
    buf_init(&zip, SIZE_MAX);
    put_zip(&zip, entries, n);
    write_source(ZIP, (struct span){(const char *)zip.data, zip.len_bytes});
    buf_clear(&zip);
}

static void an_archive_is_like_a_folder(void **state)
{
    (void)state;
    struct err err = {0};
    struct source *source = NULL;
    struct span head;
    const char *path = NULL, *beside = NULL;
    const struct zip_entry entries[] = {
        {.name = "roads.shp", .text = "shape"}, {.name = "roads.dbf", .text = "table"},
        {.name = ".hidden", .text = "h"},       {.name = "__MACOSX/sub/._x.json", .text = "junk"},
        {.name = "sub/", .text = ""},           {.name = "sub\\x.json", .text = "{}"}};
    make_zip(entries, 6);
    struct bundle *b = open_bundle(ZIP);
    assert_int_equal(bundle_kind(b), BUNDLE_ARCHIVE);
    assert_int_equal(bundle_n_files(b), 3);
    const size_t shp = find(b, "roads.shp"), x = find(b, "sub/x.json");
    size_t dbf = 99;
    assert_true(bundle_sibling(b, shp, ".DBF", &dbf));
    assert_int_equal(bundle_bytes(b, dbf), 5);
    assert_text(b, x, "{}");
    assert_fd_text(b, dbf, "table");
    assert_ok(bundle_source(b, shp, &source, &err));
    assert_ok(source_peek(source, &head, &err));
    assert_true(span_eq(head, "shape"));
    assert_int_equal(n_scratch_folders(), 0);
    assert_ok(bundle_local_path(b, shp, &path, &err));
    assert_ok(bundle_local_path(b, dbf, &beside, &err));
    assert_file_text(path, "shape");
    assert_file_text(beside, "table");
    assert_int_equal(strrchr(path, '/') - path, strrchr(beside, '/') - beside);
    assert_memory_equal(path, beside, (size_t)(strrchr(path, '/') - path));
    assert_int_equal(n_scratch_folders(), 1);
    bundle_close(b);
    assert_int_equal(n_scratch_folders(), 0);
}

static void an_archive_in_a_folder_is_one_more_folder(void **state)
{
    (void)state;
    struct err err = {0};
    struct source *a = NULL, *c = NULL;
    char byte;
    size_t n = 0, dbf = 99;
    const char *path = NULL;
    const struct zip_entry one[] = {{.name = "x.shp", .text = "shape"},
                                    {.name = "x.dbf", .text = "table"}};
    const struct zip_entry two[] = {{.name = "sub/y.json", .text = "{}"}};
    make_zip(one, 2);
    assert_int_equal(rename(ZIP, TOP "/in/one.zip"), 0);
    make_zip(two, 1);
    assert_int_equal(rename(ZIP, TOP "/in/deep/two.ZIP"), 0);
    make_zip(two, 1);
    assert_int_equal(rename(ZIP, TOP "/in/office.docx"), 0);
    write_text(TOP "/in/broken.zip", "PK\x03\x04");
    write_text(TOP "/in/text.zip", "no archive");
    struct bundle *b = open_bundle(TOP "/in");
    static const char *const NAMES[] = {"broken.zip",    "deep/two.ZIP/sub/y.json", "office.docx",
                                        "one.zip/x.dbf", "one.zip/x.shp",           "text.zip"};
    assert_int_equal(bundle_n_files(b), 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(bundle_name(b, i), NAMES[i]);
    assert_fails(bundle_source(b, 0, &a, &err), BAD_DATA, "broken ZIP archive");
    assert_text(b, 5, "no archive");
    assert_true(bundle_sibling(b, 4, ".dbf", &dbf));
    assert_int_equal(dbf, 3);
    /* Streams of two archives at one time. */
    assert_ok(bundle_source(b, 1, &a, &err));
    assert_ok(bundle_source(b, 4, &c, &err));
    assert_ok(source_read(a, &byte, 1, &n, &err));
    assert_int_equal(byte, '{');
    assert_text(b, 3, "table");
    assert_ok(source_read(c, &byte, 1, &n, &err));
    assert_int_equal(byte, 's');
    assert_ok(bundle_local_path(b, 4, &path, &err));
    assert_file_text(path, "shape");
    bundle_close(b);
}

static void assert_zip_refused(struct zip_entry entry, enum err_code kind, const char *words)
{
    struct err err = {0};
    struct bundle *b = NULL;
    make_zip(&entry, 1);
    assert_fails(bundle_open(ZIP, &LIMITS, &b, &err), kind, words);
    assert_null(b);
}

static void an_archive_that_leads_out_or_hides_is_refused(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"../x",  "a/../../x", "/etc/x", "..\\x",
                                        "C:\\x", "a/..",      "a\nb",   "\\x"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        assert_zip_refused((struct zip_entry){.name = NAMES[i], .text = "x"}, BAD_DATA,
                           "leads out of it");
    assert_zip_refused((struct zip_entry){.name = "a", .text = "x", .encrypted = true}, UNSUPPORTED,
                       "the entry 'a' is encrypted");
    assert_zip_refused((struct zip_entry){.name = "a", .text = "x", .claimed_bytes = 2000000000},
                       LIMIT, "--max-inflation");
    struct zip_entry many[21];
    for (size_t i = 0; i < 21; i++)
        many[i] = (struct zip_entry){.name = "a", .text = "x"};
    struct err err = {0};
    struct bundle *b = NULL;
    make_zip(many, 21);
    assert_fails(bundle_open(ZIP, &LIMITS, &b, &err), LIMIT, "--max-files");
    write_text(ZIP, "PK\x03\x04 and nothing behind");
    assert_fails(bundle_open(ZIP, &LIMITS, &b, &err), BAD_DATA, "broken ZIP archive");
}

static void an_entry_that_lies_is_damaged(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf text;
    const char *path = NULL;
    int fd = -1;
    uint64_t n = 0;
    buf_init(&text, 1000);
    const struct zip_entry entries[] = {{.name = "good", .text = "text"},
                                        {.name = "crc", .text = "text", .bad_crc = true},
                                        {.name = "long", .text = "text", .claimed_bytes = 2},
                                        {.name = "short", .text = "text", .claimed_bytes = 9}};
    make_zip(entries, 4);
    struct bundle *b = open_bundle(ZIP);
    assert_string_equal(bundle_name(b, 1), "good");
    for (size_t i = 0; i < 4; i += i == 0 ? 2 : 1) {
        assert_fails(bundle_read(b, i, &text, &err), BAD_DATA, "damaged in its archive");
        assert_fails(bundle_fd(b, i, &fd, &n, &err), BAD_DATA, "damaged in its archive");
        assert_fails(bundle_local_path(b, i, &path, &err), BAD_DATA, "damaged in its archive");
    }
    assert_ok(bundle_local_path(b, 1, &path, &err));
    assert_file_text(path, "text");
    bundle_close(b);
    buf_clear(&text);
}

static void a_sum_is_of_all_that_belongs_together(void **state)
{
    (void)state;
    struct err err = {0};
    char sum[SOURCE_SHA256_BYTES], again[SOURCE_SHA256_BYTES];
    uint64_t n = 0;
    struct source *source = NULL;
    struct buf text;
    buf_init(&text, 100);
    write_text(TOP "/in/a.shp", "ab");
    write_text(TOP "/in/a.dbf", "c");
    struct bundle *b = open_bundle(TOP "/in");
    /* By name: a.dbf, a.shp */
    assert_ok(bundle_sha256(b, (const size_t[]){1, 0}, 2, sum, &n, &err));
    assert_string_equal(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(n, 3);
    assert_ok(bundle_sha256(b, (const size_t[]){1}, 1, sum, &n, &err));
    assert_int_equal(n, 2);
    assert_ok(bundle_source(b, 1, &source, &err));
    assert_ok(source_read(source, buf_reserve(&text, 1), 1, &(size_t){0}, &err));
    assert_ok(bundle_sha256(b, (const size_t[]){1}, 1, again, &n, &err));
    assert_string_equal(sum, again);
    bundle_close(b);
    buf_clear(&text);
}

static void what_a_killed_process_left_is_swept(void **state)
{
    (void)state;
    struct err err = {0};
    struct scratch *mine = NULL, *other = NULL;
    struct stat about;
    assert_int_equal(system("mkdir -p " TOP "/cassini-scratch-dead00/0 " TOP "/cassini-other &&"
                            " touch " TOP "/cassini-scratch-dead00/0/x"),
                     0);
    assert_ok(scratch_new(TOP, &mine, &err));
    scratch_sweep(TOP);
    assert_int_equal(n_scratch_folders(), 1);
    assert_int_equal(stat(TOP "/cassini-other", &about), 0);
    write_text(TOP "/kept", "");
    assert_int_equal(stat(scratch_path(mine), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
    /* The living are not swept. */
    assert_ok(scratch_new(TOP, &other, &err));
    scratch_sweep(TOP);
    assert_int_equal(n_scratch_folders(), 2);
    scratch_free(other);
    scratch_free(mine);
    assert_int_equal(n_scratch_folders(), 0);
    assert_fails(scratch_new(TOP "/nowhere", &mine, &err), IO, "no temporary folder");
}

static void what_is_no_source_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct bundle *b = NULL;
    int fd = -1;
    uint64_t n = 0;
    assert_fails(bundle_open(TOP "/nowhere", &LIMITS, &b, &err), NOT_FOUND, "No such file");
    assert_fails(bundle_open("ftp://host/x", &LIMITS, &b, &err), UNSUPPORTED, "http: and https:");
    assert_fails(bundle_open("file://host/x", &LIMITS, &b, &err), UNSUPPORTED, "another host");
    b = open_bundle("-");
    assert_fails(bundle_fd(b, 0, &fd, &n, &err), UNSUPPORTED, "standard input");
    bundle_close(b);
    bundle_close(NULL);
}

static void a_file_url_is_a_path(void **state)
{
    (void)state;
    char folder[4096], url[5000];
    assert_non_null(getcwd(folder, sizeof folder));
    write_text(TOP "/in/a b.json", "{}");
    snprintf(url, sizeof url, "file://%s/" TOP "/in/a%%20b.json", folder);
    struct bundle *b = open_bundle(url);
    assert_string_equal(bundle_name(b, 0), "a b.json");
    assert_text(b, 0, "{}");
    assert_true(text_ends_with(bundle_path(b), "/in/a b.json"));
    bundle_close(b);
}

#define bundle_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        bundle_test(a_file_comes_with_its_siblings),
        bundle_test(a_folder_has_every_file_below_by_name),
        bundle_test(an_archive_is_like_a_folder),
        bundle_test(an_archive_in_a_folder_is_one_more_folder),
        bundle_test(an_archive_that_leads_out_or_hides_is_refused),
        bundle_test(an_entry_that_lies_is_damaged),
        bundle_test(a_sum_is_of_all_that_belongs_together),
        bundle_test(what_a_killed_process_left_is_swept),
        bundle_test(what_is_no_source_is_refused),
        bundle_test(a_file_url_is_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
