/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/file.h"

#include "core/admin/route.h"

#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

static oa_error *cannot(const char *name, apr_pool_t *pool)
{
    return oa_error_field(pool, "file", "cannot read \"%s\": %s", name, strerror(errno));
}

static oa_error *read_all(int descriptor, const char *name, oa_file *file, apr_pool_t *pool)
{
    size_t room = PIECE;
    unsigned char *bytes = apr_palloc(pool, room + 1);
    for (;;) {
        ssize_t got = read(descriptor, bytes + file->size, room - file->size);
        if (got < 0 && errno != EINTR) {
            return cannot(name, pool);
        }
        if (got == 0) {
            bytes[file->size] = '\0';
            file->bytes = bytes;
            return NULL;
        }
        file->size += got > 0 ? (size_t)got : 0;
        if (file->size > OA_FILE_MAX) {
            return oa_error_make(pool, OA_TOO_LARGE, "the file is larger than 16 MiB: split it");
        }
        if (file->size == room) {
            size_t wanted = 2 * room < OA_FILE_MAX ? 2 * room : OA_FILE_MAX + 1;
            unsigned char *larger = apr_palloc(pool, wanted + 1);
            memcpy(larger, bytes, room);
            bytes = larger;
            room = wanted;
        }
    }
}

static oa_error *open_and_read(const char *name, oa_file *file, apr_pool_t *pool)
{
    bool standard = strcmp(name, "-") == 0;
    int descriptor = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return cannot(name, pool);
    }
    oa_error *error = read_all(descriptor, name, file, pool);
    if (!standard) {
        close(descriptor);
    }
    return error;
}

oa_error *oa_file_read(const oa_operation *row, const oa_json *arguments, const oa_file **file, apr_pool_t *pool)
{
    const char *name = NULL;
    *file = NULL;
    for (const oa_parameter *p = row->parameters; p->name != NULL && name == NULL; p++) {
        name = p->type == OA_TYPE_FILE ? oa_json_get_text(arguments, p->name) : NULL;
    }
    if (name == NULL) {
        return NULL;
    }
    oa_file *read_one = apr_pcalloc(pool, sizeof *read_one);
    read_one->name = name;
    read_one->type = "";
    *file = read_one;
    return open_and_read(name, read_one, pool);
}

void oa_file_progress(void *context, size_t done, size_t total)
{
    (void)context;
    fprintf(stderr, "\r%3lu %%", (unsigned long)(total > 0 ? 100 * done / total : 100));
    fputs(done == total ? "\r     \r" : "", stderr);
    fflush(stderr);
}
