/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mail/send.h"

#include "core/base/crypto.h"
#include "core/model/mail.h"

#include <apr_strings.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PASSWORD_ROOM = OA_PASSWORD_MAX + 2, REPLY_MAX = 512 };

/* One transfer. */
typedef struct transfer {
    const oa_envelope *envelope;
    size_t taken;          /* of the body */
    char reply[REPLY_MAX]; /* the relay's last line that refuses */
    bool stopped;
    struct curl_slist *recipients;
    CURL *curl;
} transfer;

static void start_library(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* The password at the relay ------------------------------------------------------------------------------------ */

static const char *read_password(int fd, oa_secret **password, apr_pool_t *pool)
{
    struct stat found;
    if (fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) {
        return "mail.password_file is not a regular file";
    }
    if ((found.st_mode & S_IRWXO) != 0) {
        return "mail.password_file is open to others: chmod o-rwx it";
    }
    oa_secret *secret = oa_secret_make(NULL, PASSWORD_ROOM, pool);
    ssize_t size = read(fd, secret->bytes, PASSWORD_ROOM);
    if (size < 0 || size == PASSWORD_ROOM) {
        return "mail.password_file cannot be read, or is too long";
    }
    secret->bytes[strcspn((char *)secret->bytes, "\r\n")] = '\0';
    *password = secret;
    return secret->bytes[0] != '\0' ? NULL : "mail.password_file is empty";
}

/* NULL, or why there is none. Opened without blocking, so that a FIFO in its place is told and not waited for. */
static const char *find_password(const oa_settings *settings, oa_secret **password, apr_pool_t *pool)
{
    if (settings->mail_password_file == NULL) {
        return "mail.user is set, but mail.password_file is not";
    }
    int fd = open(settings->mail_password_file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return apr_psprintf(pool, "mail.password_file cannot be opened: %s", strerror(errno));
    }
    const char *wrong = read_password(fd, password, pool);
    close(fd);
    return wrong;
}

/* What curl calls ---------------------------------------------------------------------------------------------- */

static size_t give_body(char *out, size_t size, size_t count, void *data)
{
    transfer *t = data;
    size_t left = t->envelope->size - t->taken;
    size_t given = left < size * count ? left : size * count;
    memcpy(out, t->envelope->body + t->taken, given);
    t->taken += given;
    return given;
}

/* The relay's replies, line by line: what refuses is kept, and not the politeness after it. */
static size_t take_reply(char *line, size_t size, size_t count, void *data)
{
    transfer *t = data;
    size_t length = size * count < REPLY_MAX - 1 ? size * count : REPLY_MAX - 1;
    if (length > 0 && (line[0] == '4' || line[0] == '5')) {
        memcpy(t->reply, line, length);
        t->reply[length] = '\0';
    }
    return size * count;
}

static int look_whether_to_stop(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    transfer *t = data;
    (void)a, (void)b, (void)c, (void)d;
    t->stopped = t->envelope->stops != NULL && t->envelope->stops(t->envelope->context);
    return t->stopped;
}

/* ---------------------------------------------------------------------------------------------------------------- */

static bool set_up_connection(transfer *t, const oa_settings *settings, apr_pool_t *pool)
{
    CURL *curl = t->curl;
    const char *domain = strrchr(t->envelope->from, '@') + 1;
    /* The path is the name that EHLO gives. */
    const char *url = apr_pstrcat(pool, settings->mail_relay, "/", domain, NULL);
    long tls = oa_send_is_loopback(settings->mail_relay) ? CURLUSESSL_NONE : CURLUSESSL_ALL;
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USE_SSL, tls) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)OA_SEND_CONNECT_S) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)OA_SEND_MAX_S) == CURLE_OK;
}

static bool set_up_message(transfer *t, apr_pool_t *pool)
{
    CURL *curl = t->curl;
    const oa_envelope *e = t->envelope;
    t->recipients = curl_slist_append(NULL, apr_pstrcat(pool, "<", e->to, ">", NULL));
    return t->recipients != NULL &&
           curl_easy_setopt(curl, CURLOPT_MAIL_FROM, apr_pstrcat(pool, "<", e->from, ">", NULL)) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, t->recipients) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)e->size) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_READDATA, t) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_reply) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, t) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_whether_to_stop) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t) == CURLE_OK;
}

/* NULL, or what keeps it from logging in. curl takes copies. */
static const char *set_up_login(transfer *t, const oa_settings *settings, apr_pool_t *pool)
{
    oa_secret *password = NULL;
    if (settings->mail_user == NULL) {
        return NULL;
    }
    const char *wrong = find_password(settings, &password, pool);
    if (wrong != NULL) {
        return wrong;
    }
    bool set = curl_easy_setopt(t->curl, CURLOPT_USERNAME, settings->mail_user) == CURLE_OK &&
               curl_easy_setopt(t->curl, CURLOPT_PASSWORD, (char *)password->bytes) == CURLE_OK;
    oa_wipe(password->bytes, password->size);
    return set ? NULL : "no memory";
}

/* RCPT, DATA and the end of the text are answered about this mail; what is refused before that is the relay's or ours. */
static bool is_about_the_mail(CURLcode code)
{
    return code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_RECV_ERROR;
}

static oa_delivery explain(const transfer *t, CURLcode code, apr_pool_t *pool)
{
    long reply = 0;
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &reply);
    if (t->stopped) {
        return (oa_delivery){OA_SENT_STOPPED, "broken off"};
    }
    bool refused = reply >= 400 && t->reply[0] != '\0';
    const char *why = refused ? apr_psprintf(pool, "the relay answered: %s", t->reply) : curl_easy_strerror(code);
    bool never = is_about_the_mail(code) && oa_mail_is_refused_for_good((int)reply);
    return (oa_delivery){never ? OA_SENT_NEVER : OA_SENT_LATER, oa_send_trouble(why, pool)};
}

static oa_delivery run(transfer *t, const oa_settings *settings, apr_pool_t *pool)
{
    if (!set_up_connection(t, settings, pool) || !set_up_message(t, pool)) {
        return (oa_delivery){OA_SENT_LATER, "libcurl cannot be set up for SMTP"};
    }
    const char *wrong = set_up_login(t, settings, pool);
    if (wrong != NULL) {
        return (oa_delivery){OA_SENT_LATER, oa_send_trouble(wrong, pool)};
    }
    CURLcode code = curl_easy_perform(t->curl);
    return code == CURLE_OK ? (oa_delivery){OA_SENT_DONE, ""} : explain(t, code, pool);
}

oa_delivery oa_send_smtp(const oa_settings *settings, const oa_envelope *envelope, apr_pool_t *pool)
{
    static pthread_once_t started = PTHREAD_ONCE_INIT;
    pthread_once(&started, start_library);
    transfer t = {.envelope = envelope, .curl = curl_easy_init()};
    oa_delivery delivery = {OA_SENT_LATER, "no memory"};
    if (t.curl != NULL) {
        delivery = run(&t, settings, pool);
    }
    curl_slist_free_all(t.recipients);
    curl_easy_cleanup(t.curl);
    return delivery;
}
