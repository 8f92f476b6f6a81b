/* What a bundle is made of. Private to bundle*.c. */
#ifndef IMPORTERS_BUNDLE_FILES_H
#define IMPORTERS_BUNDLE_FILES_H

#include "importers/archive.h"
#include "importers/bundle.h"
#include "importers/scratch.h"

struct bundle_file {
    char *name;            /* below the bundle's folder */
    char *path;            /* where it can be opened; NULL: it is packed */
    size_t archive, entry; /* of the bundle's archives, where it is packed */
    struct err *failed;    /* an archive in a folder that cannot be opened; NULL: it can */
    uint64_t bytes;        /* 0 when not known */
    bool regular;          /* false: a link, a pipe, a device */
    struct source *source; /* NULL: not opened */
    int fd;                /* -1: not opened */
};

struct bundle {
    char *path;    /* as it may be shown */
    char *fetched; /* the file that was fetched; NULL: the source is local */
    enum bundle_kind kind;
    struct bundle_limits limits;
    struct bundle_file *files; /* of folders and archives: by name */
    size_t n_files, room_files;
    char **archives; /* paths: the archive that it is, or those in the folder */
    size_t n_archives, room_archives;
    struct archive *archive; /* the one that was used last; NULL: none */
    size_t open_archive;     /* which that is */
    struct scratch *scratch; /* NULL: nothing was unpacked or fetched */
    bool unchanged;
    char version[FETCH_VERSION_BYTES];
};

/** Errors NO_MEMORY */
enum err_code bundle_add_file(struct bundle *b, const char *name, const char *path, uint64_t bytes,
                              bool regular, struct err *err) MUST_USE;
/** "roads" of "roads.shp", with the folders before it. */
struct span bundle_stem(const char *name);

/** Every file below a folder, by name. Links are not followed; names that begin with a dot are not
 * looked at. Errors LIMIT, IO, NO_MEMORY */
enum err_code bundle_add_folder(struct bundle *b, const char *path, struct err *err) MUST_USE;
/** Every other file of its folder whose name differs only in its suffix. Errors NO_MEMORY */
enum err_code bundle_add_siblings(struct bundle *b, const char *path, struct err *err) MUST_USE;

/** Whether a regular file is an archive, by its content. Errors IO */
enum err_code bundle_is_archive(const char *path, bool *out, struct err *err) MUST_USE;
/** Every file of an archive; `prefix`: what their names begin with, "" or the archive's own name.
 * Errors those of archive_open() */
enum err_code bundle_add_archive(struct bundle *b, const char *path, const char *prefix,
                                 struct err *err) MUST_USE;
/** The bytes of a file that is packed. Errors those of archive_open() and archive_origin() */
enum err_code bundle_packed_origin(struct bundle *b, size_t file, struct source_origin *out,
                                   struct err *err) MUST_USE;

/** The private folder, made when it is first asked for. Errors those of scratch_new() */
enum err_code bundle_scratch(struct bundle *b, const char **out_folder, struct err *err) MUST_USE;
/** Unpack a file of the archive, and those beside it, into files with their names.
 * Errors BAD_DATA, LIMIT, IO, NO_MEMORY */
enum err_code bundle_unpack_beside(struct bundle *b, size_t file, struct err *err) MUST_USE;
/** Unpack a file of the archive into `fd`. Errors as above */
enum err_code bundle_unpack_into(struct bundle *b, size_t file, int fd, struct err *err) MUST_USE;

#endif
