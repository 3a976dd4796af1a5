/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/secret.h"

#include "core/store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static oa_error *refuse(apr_pool_t *pool, const char *file, const char *why)
{
    return oa_error_make(pool, OA_UNAVAILABLE, "the secret file %s %s", file, why);
}

static const char *what_is_wrong(const struct stat *found)
{
    if (!S_ISREG(found->st_mode)) {
        return "is not a regular file";
    }
    if ((found->st_mode & S_IRWXO) != 0) {
        return "is open to others: chmod o-rwx it";
    }
    return found->st_size == OA_SECRET_FILE_SIZE ? NULL : "does not hold 64 hexadecimal digits and a line feed";
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse(const char *text, unsigned char master[OA_MASTER_SIZE])
{
    bool right = text[OA_SECRET_FILE_SIZE - 1] == '\n';
    for (int i = 0; i < OA_MASTER_SIZE; i++) {
        int high = digit_of(text[2 * i]);
        int low = digit_of(text[2 * i + 1]);
        right = right && high >= 0 && low >= 0;
        master[i] = (unsigned char)((high & 15) << 4 | (low & 15));
    }
    return right;
}

static oa_error *read_open(int fd, const char *file, unsigned char *master, apr_pool_t *pool)
{
    struct stat found;
    char text[OA_SECRET_FILE_SIZE];
    if (fstat(fd, &found) != 0) {
        return refuse(pool, file, "cannot be read");
    }
    const char *wrong = what_is_wrong(&found);
    if (wrong != NULL) {
        return refuse(pool, file, wrong);
    }
    bool right = read(fd, text, sizeof text) == (ssize_t)sizeof text && parse(text, master);
    oa_wipe(text, sizeof text);
    if (!right) {
        oa_wipe(master, OA_MASTER_SIZE);
        return refuse(pool, file, "does not hold 64 hexadecimal digits and a line feed");
    }
    return NULL;
}

/* Opened without blocking, so that a FIFO in its place is told and not waited for. */
oa_error *oa_secret_read(const char *file, unsigned char master[OA_MASTER_SIZE], apr_pool_t *pool)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT) {
        return refuse(pool, file, "is missing: bring it back from its backup, or, where there is no store yet, run orgauth store init");
    }
    if (fd < 0) {
        return oa_error_detail(pool, refuse(pool, file, "cannot be opened: it must be readable for httpd's group"),
                               "%s", strerror(errno));
    }
    oa_error *error = read_open(fd, file, master, pool);
    close(fd);
    return error;
}

static bool write_text(const char *name)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char master[OA_MASTER_SIZE];
    char text[OA_SECRET_FILE_SIZE];
    int fd = open(name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    oa_random(master, sizeof master);
    for (int i = 0; i < OA_MASTER_SIZE; i++) {
        text[2 * i] = digits[master[i] >> 4];
        text[2 * i + 1] = digits[master[i] & 15];
    }
    text[OA_SECRET_FILE_SIZE - 1] = '\n';
    bool done = fd >= 0 && write(fd, text, sizeof text) == (ssize_t)sizeof text;
    oa_wipe(master, sizeof master);
    oa_wipe(text, sizeof text);
    return fd >= 0 && close(fd) == 0 && done;
}

/* Written whole under a name of its own, so that a half-written secret never has the name. */
oa_error *oa_secret_write(const char *file, int uid, int gid, apr_pool_t *pool)
{
    const char *name;
    if (oa_file_exists(file)) {
        return oa_error_make(pool, OA_CONFLICT, "the secret file %s is there already", file);
    }
    OA_TRY(oa_file_make_beside(file, &name, pool));
    oa_error *error = write_text(name) ? oa_file_finish(name, uid, gid, pool)
                                       : oa_file_error("cannot write the secret file", name, pool);
    if (error == NULL) {
        error = oa_file_place(name, file, false, pool);
    }
    unlink(name);
    return error;
}
