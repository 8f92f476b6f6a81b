#include "importers/archive.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct archive {
    size_t n_refs;
    zip_t *zip;
    struct archive_entry *entries; /* files only */
    size_t n_entries, room_entries;
};

bool archive_recognises(struct span head)
{
    /* APPNOTE.TXT, 4.3.7 a local file header; 4.3.16 the end of an archive without files */
    return head.len_bytes >= 4 &&
           (memcmp(head.at, "PK\x03\x04", 4) == 0 || memcmp(head.at, "PK\x05\x06", 4) == 0);
}

static enum err_code kind_of(const zip_error_t *e)
{
    switch (zip_error_code_zip(e)) {
    case ZIP_ER_READ:
    case ZIP_ER_SEEK:
    case ZIP_ER_OPEN:
    case ZIP_ER_TELL:
        return IO;
    case ZIP_ER_MEMORY:
        return NO_MEMORY;
    case ZIP_ER_COMPNOTSUPP:
    case ZIP_ER_ENCRNOTSUPP:
    case ZIP_ER_NOPASSWD:
    case ZIP_ER_OPNOTSUPP:
    case ZIP_ER_MULTIDISK:
        return UNSUPPORTED;
    default:
        return BAD_DATA;
    }
}

static enum err_code zip_failed(zip_error_t *e, const char *where, struct err *err)
{
    return err_set(err, kind_of(e), "%s: %s", where, zip_error_strerror(e));
}

/* A name's folders must all lie below the archive. Backslashes are what some Windows programs write
 * between folders. */
static enum err_code check_name(const char *name, struct err *err)
{
    bool leads_out = *name == '/' || (name[0] && name[1] == ':');
    for (const char *part = name; part && !leads_out;) {
        const char *slash = strchr(part, '/');
        const size_t n = slash ? (size_t)(slash - part) : strlen(part);
        leads_out = n == 2 && memcmp(part, "..", 2) == 0;
        part = slash ? slash + 1 : NULL;
    }
    for (const char *c = name; *c; c++)
        leads_out |= (unsigned char)*c < ' ';
    /* What libzip makes of a NUL within a name that is not UTF-8. */
    leads_out |= strstr(name, "\xe2\x80\x87") != NULL;
    return leads_out ? err_set(err, BAD_DATA,
                               "an archive with the entry '%.200s', which leads out of it, is not "
                               "opened",
                               name)
                     : OK;
}

/* As in folders: what begins with a dot is not for people, nor is what a Mac adds. */
static bool is_hidden(const char *name)
{
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        if ((*part == '.' && part[1] != '/') || text_starts_with(part, "__MACOSX/"))
            return true;
    }
    return false;
}

static enum err_code add_entry(struct archive *a, const zip_stat_t *about, struct err *err)
{
    enum err_code rc =
        mem_grow((void **)&a->entries, &a->room_entries, a->n_entries + 1, sizeof *a->entries, err);
    if (rc)
        return rc;
    char *name = mem_strdup(about->name);
    if (!name)
        return err_no_memory(err, strlen(about->name));
    for (char *c = name; (c = strchr(c, '\\'));)
        *c = '/';
    rc = check_name(name, err);
    if (!rc && (about->valid & ZIP_STAT_ENCRYPTION_METHOD) &&
        about->encryption_method != ZIP_EM_NONE)
        rc = err_set(err, UNSUPPORTED, "the entry '%s' is encrypted", name);
    const size_t n = strlen(name);
    if (rc || n == 0 || name[n - 1] == '/' || is_hidden(name))
        mem_free(name);
    else
        a->entries[a->n_entries++] = (struct archive_entry){name, about->size, about->index};
    return rc;
}

/* What the entries say of their size must hold: reading stops where it does not. */
static enum err_code read_entries(struct archive *a, uint64_t max_bytes, uint64_t max_inflation,
                                  struct err *err)
{
    const zip_int64_t n = zip_get_num_entries(a->zip, 0);
    const uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_INDEX;
    uint64_t n_bytes = 0;
    enum err_code rc = OK;
    for (zip_int64_t i = 0; !rc && i < n; i++) {
        zip_stat_t about;
        if (zip_stat_index(a->zip, (zip_uint64_t)i, 0, &about) != 0)
            return zip_failed(zip_get_error(a->zip), "a broken ZIP archive", err);
        if ((about.valid & needed) != needed)
            return err_set(err, BAD_DATA, "a broken ZIP archive: entry %" PRId64 " has no size", i);
        if (about.size > max_bytes - n_bytes)
            return err_set(err, LIMIT,
                           "this archive unpacks to more than 1 GB and %" PRIu64
                           " times its size: say --max-inflation if it should",
                           max_inflation);
        n_bytes += about.size;
        rc = add_entry(a, &about, err);
    }
    return rc;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct archive_entry *)a)->name, ((const struct archive_entry *)b)->name);
}

static uint64_t bytes_allowed(uint64_t packed_bytes, uint64_t max_inflation)
{
    const uint64_t bytes =
        packed_bytes > UINT64_MAX / max_inflation ? UINT64_MAX : packed_bytes * max_inflation;
    return bytes > SOURCE_INFLATED_BYTES ? bytes : SOURCE_INFLATED_BYTES;
}

static enum err_code open_zip(const char *path, struct archive *a, uint64_t *out_bytes,
                              struct err *err)
{
    zip_error_t why;
    zip_error_init(&why);
    enum err_code rc = OK;
    zip_stat_t about;
    zip_source_t *file = zip_source_file_create(path, 0, -1, &why);
    if (file)
        a->zip = zip_open_from_source(file, ZIP_RDONLY, &why);
    if (!a->zip)
        rc = zip_failed(&why, "a broken ZIP archive", err);
    else if (zip_source_stat(file, &about) == 0 && (about.valid & ZIP_STAT_SIZE))
        *out_bytes = about.size;
    if (!a->zip)
        zip_source_free(file); /* accepts NULL */
    zip_error_fini(&why);
    return rc;
}

enum err_code archive_open(const char *path, uint64_t max_files, uint64_t max_inflation,
                           struct archive **out, struct err *err)
{
    uint64_t packed_bytes = 0;
    struct archive *a = mem_new(1, sizeof *a);
    if (!a)
        return err_no_memory(err, sizeof *a);
    a->n_refs = 1;
    enum err_code rc = open_zip(path, a, &packed_bytes, err);
    if (!rc && (uint64_t)zip_get_num_entries(a->zip, 0) > max_files)
        rc = err_set(err, LIMIT,
                     "this archive has %" PRId64 " entries, more than --max-files allows",
                     zip_get_num_entries(a->zip, 0));
    if (!rc)
        rc = read_entries(a, bytes_allowed(packed_bytes, max_inflation), max_inflation, err);
    if (!rc && a->n_entries)
        qsort(a->entries, a->n_entries, sizeof *a->entries, compare_names);
    if (rc)
        archive_unref(a);
    else
        *out = a;
    return rc;
}

struct archive *archive_ref(struct archive *a)
{
    a->n_refs++;
    return a;
}

void archive_unref(struct archive *a)
{
    if (!a || --a->n_refs > 0)
        return;
    for (size_t i = 0; i < a->n_entries; i++)
        mem_free(a->entries[i].name);
    mem_free(a->entries);
    if (a->zip)
        zip_discard(a->zip);
    mem_free(a);
}

size_t archive_n_entries(const struct archive *a)
{
    return a->n_entries;
}

const struct archive_entry *archive_entry(const struct archive *a, size_t i)
{
    return &a->entries[i];
}

struct open_entry {
    struct archive *archive;
    zip_file_t *file;
    uint64_t n_left; /* of the bytes that the archive promises */
};

static enum err_code entry_read(void *state, void *into, size_t n_max, size_t *n_out,
                                struct err *err)
{
    struct open_entry *e = state;
    const zip_int64_t n = zip_fread(e->file, into, n_max);
    if (n < 0)
        return zip_failed(zip_file_get_error(e->file), "damaged in its archive", err);
    if ((uint64_t)n > e->n_left || (n == 0 && n_max > 0 && e->n_left > 0))
        return err_set(err, BAD_DATA, "damaged in its archive: %s than the archive says",
                       n > 0 ? "longer" : "shorter");
    e->n_left -= (uint64_t)n;
    *n_out = (size_t)n;
    return OK;
}

static void entry_close(void *state)
{
    struct open_entry *e = state;
    if (e->file)
        (void)zip_fclose(e->file);
    archive_unref(e->archive);
    mem_free(e);
}

enum err_code archive_origin(struct archive *a, size_t i, struct source_origin *out,
                             struct err *err)
{
    struct open_entry *e = mem_new(1, sizeof *e);
    if (!e)
        return err_no_memory(err, sizeof *e);
    e->archive = archive_ref(a);
    e->n_left = a->entries[i].n_bytes;
    e->file = zip_fopen_index(a->zip, a->entries[i].index, 0);
    if (!e->file) {
        const enum err_code rc =
            zip_failed(zip_get_error(a->zip), "cannot be taken out of its archive", err);
        entry_close(e);
        return rc;
    }
    *out = (struct source_origin){e, a->entries[i].n_bytes, entry_read, entry_close};
    return OK;
}
