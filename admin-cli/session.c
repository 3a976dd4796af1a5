/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/session.h"

#include <apr_strings.h>
#include <errno.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : otherwise;
}

void oa_session_init(oa_session *session, apr_pool_t *pool)
{
    *session = (oa_session){.store_url = environment("ORGAUTH_STORE", OA_STORE_DEFAULT),
                            .secret_file = environment("ORGAUTH_SECRET_FILE", OA_SECRET_DEFAULT),
                            .output = OA_OUTPUT_TABLE,
                            .pool = pool};
}

const char *oa_session_store_path(const oa_session *session)
{
    const char *url = session->store_url;
    if (strstr(url, "://") != NULL) {
        return NULL;
    }
    return strncmp(url, "sqlite:", 7) == 0 ? url + 7 : url;
}

const char *oa_session_store_directory(const oa_session *session)
{
    const char *path = oa_session_store_path(session);
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    if (path == NULL || slash == path) {
        return path == NULL ? NULL : "/";
    }
    return slash == NULL ? "." : apr_pstrmemdup(session->pool, path, (apr_size_t)(slash - path));
}

oa_error *oa_session_store_exists(const oa_session *session)
{
    struct stat file;
    const char *path = oa_session_store_path(session);
    if (path == NULL || stat(path, &file) == 0) {
        return NULL;
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return oa_error_make(session->pool, OA_UNAVAILABLE, "no store at %s; make one with: orgauth store init", path);
    }
    return oa_error_make(session->pool, OA_UNAVAILABLE,
                         "the store %s cannot be reached (%s); run this as its owner or as root", path,
                         strerror(errno));
}

oa_error *oa_session_store(oa_session *session, oa_store **store)
{
    if (session->store == NULL) {
        OA_TRY(oa_session_store_exists(session));
        OA_TRY(oa_store_make(session->store_url, session->secret_file, &session->store, session->pool));
    }
    *store = session->store;
    return NULL;
}

/* Whoever is root may say anything here; for everybody else SUDO_USER is not asked. */
static const char *sudo_user(void)
{
    const char *name = getuid() == 0 ? getenv("SUDO_USER") : NULL;
    return name != NULL && strcmp(name, "root") != 0 && getpwnam(name) != NULL ? name : NULL;
}

const char *oa_session_user(apr_pool_t *pool)
{
    const char *sudo = sudo_user();
    if (sudo != NULL) {
        return apr_psprintf(pool, "%s via sudo", sudo);
    }
    const struct passwd *user = getpwuid(getuid());
    return user != NULL ? apr_pstrdup(pool, user->pw_name) : apr_psprintf(pool, "uid %ld", (long)getuid());
}
