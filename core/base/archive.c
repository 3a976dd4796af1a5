/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/archive.h"

#include <apr_strings.h>
#include <zip.h>

enum { PIECE = 32 * 1024, RATIO_FREE = 1024 * 1024 };

struct oa_archive {
    zip_t *zip;
    size_t size;
    size_t inflated;
    apr_pool_t *pool;
};

/* Counted before libzip sees them: it keeps some hundred octets for each. */
static bool has_too_many_entries(const char *bytes, size_t size)
{
    int count = 0;
    const char *end = bytes + size;
    for (const char *at = bytes; (at = memmem(at, (size_t)(end - at), "PK\1\2", 4)) != NULL; at += 4) {
        if (++count > OA_ARCHIVE_ENTRIES_MAX) {
            return true;
        }
    }
    return false;
}

static apr_status_t discard(void *context)
{
    oa_archive *archive = context;
    zip_discard(archive->zip);
    return APR_SUCCESS;
}

static zip_t *open_bytes(const void *bytes, size_t size)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, size, 0, &error);
    zip_t *zip = source != NULL ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (zip == NULL && source != NULL) {
        zip_source_free(source);
    }
    zip_error_fini(&error);
    return zip;
}

oa_error *oa_archive_open(const void *bytes, size_t size, oa_archive **archive, apr_pool_t *pool)
{
    if (has_too_many_entries(bytes, size)) {
        return oa_error_make(pool, OA_TOO_LARGE, "the archive has more than %d entries", OA_ARCHIVE_ENTRIES_MAX);
    }
    zip_t *zip = size > 0 ? open_bytes(bytes, size) : NULL;
    if (zip == NULL) {
        return oa_error_make(pool, OA_MEDIA_TYPE,
                             "the file is no .xlsx: save it as an Excel workbook (.xlsx) without password, or as CSV UTF-8");
    }
    *archive = apr_pcalloc(pool, sizeof **archive);
    **archive = (oa_archive){zip, size, 0, pool};
    apr_pool_cleanup_register(pool, *archive, discard, apr_pool_cleanup_null);
    return NULL;
}

static oa_error *count(oa_archive *archive, size_t size)
{
    archive->inflated += size;
    bool bomb = archive->inflated > RATIO_FREE && archive->inflated / OA_ARCHIVE_RATIO_MAX > archive->size;
    return archive->inflated <= OA_ARCHIVE_INFLATED_MAX && !bomb
               ? NULL
               : oa_error_make(archive->pool, OA_TOO_LARGE, "the file grows beyond measure when it is unpacked");
}

static oa_error *read_pieces(oa_archive *archive, zip_file_t *file, const char *name, oa_archive_taker *take, void *context)
{
    char piece[PIECE];
    for (;;) {
        zip_int64_t got = zip_fread(file, piece, sizeof piece);
        if (got < 0) {
            return oa_error_make(archive->pool, OA_UNPROCESSABLE, "%s in the file is damaged", name);
        }
        if (got == 0) {
            return NULL;
        }
        OA_TRY(count(archive, (size_t)got));
        OA_TRY(take(context, piece, (size_t)got));
    }
}

oa_error *oa_archive_read(oa_archive *archive, const char *name, oa_archive_taker *take, void *context, bool *found)
{
    zip_int64_t index = zip_name_locate(archive->zip, name, 0);
    *found = index >= 0;
    if (!*found) {
        return NULL;
    }
    zip_file_t *file = zip_fopen_index(archive->zip, (zip_uint64_t)index, 0);
    if (file == NULL) {
        return oa_error_make(archive->pool, OA_UNPROCESSABLE, "%s in the file cannot be unpacked", name);
    }
    oa_error *error = read_pieces(archive, file, name, take, context);
    zip_fclose(file);
    return error;
}
