/* The file of answers: what is wrong with it is a miss, never a wrong answer. */
#include "server/http/answer_file.h"
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "test_answer_file.tiles"
#define MB        ((uint64_t)1 << 20)

static const struct log NO_LOG = {.level = LOG_ERROR, .fd = -1};

static int remove_file(void **state)
{
    (void)state;
    (void)unlink(FILE_NAME);
    return 0;
}

static struct answer_file *open_file(uint64_t limit_bytes)
{
    struct answer_file *f = NULL;
    struct err err = {0};
    assert_ok(answer_file_open(FILE_NAME, limit_bytes, &NO_LOG, &f, &err));
    return f;
}

/* An answer of so many bytes, which are those of its key over and over. */
static struct answer *new_answer(const char *key, size_t n_bytes)
{
    struct response r = {.status = 200, .media = MEDIA_MVT, .max_age_s = 60, .is_gzip = true};
    struct answer *a = NULL;
    struct err err = {0};
    buf_init(&r.body, n_bytes);
    for (size_t i = 0; i < n_bytes; i++)
        buf_put_u8(&r.body, (uint8_t)key[i % strlen(key)]);
    response_header(&r, "X-Tile-Features", "12");
    response_header(&r, "X-Empty", "");
    assert_ok(answer_new(&r, NULL, &a, &err));
    return a;
}

static void put(struct answer_file *f, const char *key, uint64_t stamp, size_t n_bytes)
{
    struct answer *a = new_answer(key, n_bytes);
    answer_file_put(f, span_of(key), &(struct stamps){stamp, stamp}, a);
    answer_unref(a);
}

/* Whether it is there, as it was put. */
static bool is_there(struct answer_file *f, const char *key, uint64_t stamp, size_t n_bytes)
{
    struct answer *a = answer_file_get(f, span_of(key), &(struct stamps){stamp, stamp});
    if (!a)
        return false;
    struct answer *wanted = new_answer(key, n_bytes);
    assert_string_equal(a->etag, wanted->etag);
    assert_true(blob_len_bytes(a->body) == n_bytes &&
                memcmp(blob_bytes(a->body), blob_bytes(wanted->body), n_bytes) == 0);
    assert_true(a->status == 200 && a->media == MEDIA_MVT && a->gzip && a->max_age_s == 60);
    assert_int_equal(a->n_headers, 2);
    assert_string_equal(a->headers[0].name, "X-Tile-Features");
    assert_string_equal(a->headers[0].value, "12");
    assert_string_equal(a->headers[1].value, "");
    answer_unref(a);
    answer_unref(wanted);
    return true;
}

static void what_is_put_outlives_the_server(void **state)
{
    (void)state;
    struct answer_file *f = open_file(MB);
    assert_false(is_there(f, "a", 1, 1));
    put(f, "a", 1, 1000);
    put(f, "b", UINT64_MAX, 0);
    assert_true(is_there(f, "a", 1, 1000) && is_there(f, "b", UINT64_MAX, 0));
    answer_file_close(f);
    f = open_file(MB);
    assert_true(is_there(f, "a", 1, 1000) && is_there(f, "b", UINT64_MAX, 0));
    assert_false(is_there(f, "a", 2, 1000));
    put(f, "a", 2, 1001);
    assert_true(is_there(f, "a", 2, 1001));
    assert_false(is_there(f, "a", 1, 1000));
    answer_file_close(f);
    answer_file_close(NULL);
}

static void the_oldest_go_when_it_is_full(void **state)
{
    (void)state;
    struct answer_file *f = open_file(MB);
    struct stat st;
    char key[32];
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "tile %d", i);
        put(f, key, 7, 9000);
        assert_true(is_there(f, key, 7, 9000));
    }
    assert_false(is_there(f, "tile 1", 7, 9000));
    assert_true(is_there(f, "tile 950", 7, 9000));
    put(f, "huge", 7, MB / 4);
    assert_false(is_there(f, "huge", 7, MB / 4));
    assert_int_equal(stat(FILE_NAME, &st), 0);
    assert_true(st.st_size <= (off_t)MB && st.st_size > (off_t)(MB / 2));
    answer_file_close(f);
}

static void a_file_that_was_not_closed_is_begun_anew(void **state)
{
    (void)state;
    struct answer_file *f = open_file(MB);
    put(f, "a", 1, 1000);
    answer_file_close(f);
    /* As a process that is killed leaves it: the number at byte 60 is of who uses it. */
    FILE *file = fopen(FILE_NAME, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 63, SEEK_SET), 0);
    assert_int_equal(fputc(2, file), 2);
    fclose(file);
    f = open_file(MB);
    assert_false(is_there(f, "a", 1, 1000));
    put(f, "a", 1, 1000);
    assert_true(is_there(f, "a", 1, 1000));
    answer_file_close(f);
}

static void every_damaged_byte_is_a_miss_at_worst(void **state)
{
    (void)state;
    struct answer_file *f = open_file(MB);
    for (int i = 0; i < 8; i++)
        put(f, (const char[]){(char)('a' + i), 0}, 1, 3000);
    answer_file_close(f);
    FILE *file = fopen(FILE_NAME, "r");
    assert_non_null(file);
    static char whole[1 << 18], bad[1 << 18];
    const size_t n = fread(whole, 1, sizeof whole, file);
    fclose(file);
    assert_true(n > 20000);
    /* The first bytes say whose file it is: without them it is not ours. */
    for (size_t at = 72; at < n; at += 331) {
        memcpy(bad, whole, n);
        for (size_t i = at; i < at + 16 && i < n; i++)
            bad[i] = (char)(bad[i] ^ 0x55);
        file = fopen(FILE_NAME, "w");
        assert_int_equal(fwrite(bad, 1, n, file), n);
        fclose(file);
        f = open_file(MB);
        for (int i = 0; i < 8; i++) {
            const char key[] = {(char)('a' + i), 0};
            is_there(f, key, 1, 3000);
            put(f, key, 1, 3000);
        }
        answer_file_close(f);
    }
}

static void a_file_of_something_else_is_left_alone(void **state)
{
    (void)state;
    struct answer_file *f = NULL;
    struct err err = {0};
    FILE *file = fopen(FILE_NAME, "w");
    fputs("My notes, which are longer than an empty file and no database at all.\n", file);
    fclose(file);
    assert_fails(answer_file_open(FILE_NAME, MB, &NO_LOG, &f, &err), BAD_ARG, "left alone");
    file = fopen(FILE_NAME, "r");
    assert_int_equal(fgetc(file), 'M');
    fclose(file);
    assert_fails(answer_file_open("no/such/folder/file", MB, &NO_LOG, &f, &err), IO, "folder");
}

static void two_servers_do_not_share_it(void **state)
{
    (void)state;
    struct answer_file *f = open_file(MB), *other = NULL;
    struct err err = {0};
    put(f, "a", 1, 10);
    assert_fails(answer_file_open(FILE_NAME, MB, &NO_LOG, &other, &err), BUSY, "another server");
    assert_true(is_there(f, "a", 1, 10));
    answer_file_close(f);
}

static void a_deleted_file_is_a_miss_and_comes_again(void **state)
{
    (void)state;
    struct answer_file *f = open_file(MB);
    put(f, "a", 1, 10);
    assert_int_equal(unlink(FILE_NAME), 0);
    usleep(1100000);
    assert_false(is_there(f, "a", 1, 10));
    put(f, "a", 1, 10);
    assert_true(is_there(f, "a", 1, 10));
    assert_int_equal(access(FILE_NAME, F_OK), 0);
    answer_file_close(f);
}

static void *put_and_get(void *file)
{
    char key[32];
    for (int i = 0; i < 200; i++) {
        snprintf(key, sizeof key, "tile %d", i % 50);
        put(file, key, 7, 5000);
        is_there(file, key, 7, 5000);
    }
    return NULL;
}

static void workers_use_it_at_the_same_time(void **state)
{
    (void)state;
    struct answer_file *f = open_file(MB);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, put_and_get, f), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_true(is_there(f, "tile 7", 7, 5000));
    answer_file_close(f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, remove_file, remove_file)
    const struct CMUnitTest tests[] = {
        TEST(what_is_put_outlives_the_server),          TEST(the_oldest_go_when_it_is_full),
        TEST(a_file_that_was_not_closed_is_begun_anew), TEST(every_damaged_byte_is_a_miss_at_worst),
        TEST(a_file_of_something_else_is_left_alone),   TEST(two_servers_do_not_share_it),
        TEST(a_deleted_file_is_a_miss_and_comes_again), TEST(workers_use_it_at_the_same_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
