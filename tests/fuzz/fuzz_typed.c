/* SPDX-License-Identifier: Apache-2.0 */
/* What people type: times, durations, networks, and the values of settings. What is taken is within its limits, and as it is shown it reads the same. */
#include "tests/fuzz/fuzz.h"

#include "core/model/network.h"
#include "core/model/setting.h"

#include <apr_strings.h>

static void check_time(const char *text, apr_pool_t *pool)
{
    oa_time time, again;
    if (oa_time_parse(text, &time) && time >= OA_SECOND) {
        const char *shown = oa_time_format(time, pool);
        MUST(oa_time_parse(shown, &again) && strcmp(oa_time_format(again, pool), shown) == 0);
    }
}

static void check_duration(const char *text)
{
    oa_duration duration;
    if (oa_duration_parse(text, &duration)) {
        MUST(duration >= 0 && duration <= 36525 * OA_DAY);
    }
}

static void check_network(const char *text, apr_pool_t *pool)
{
    const char *clean, *again;
    oa_network network;
    if (oa_network_clean("network", text, &clean, pool) != NULL) {
        return;
    }
    MUST(oa_network_clean("network", clean, &again, pool) == NULL && strcmp(again, clean) == 0);
    MUST(oa_network_parse(clean, strlen(clean), &network) && oa_network_holds(&network, network.bytes, (size_t)network.size));
    for (int bit = network.bits; bit < 8 * network.size; bit++) {
        MUST((network.bytes[bit / 8] & (0x80 >> bit % 8)) == 0);
    }
}

/* A URL goes into mails and pages as it is. */
static void check_settings(const char *text, apr_pool_t *pool)
{
    oa_settings settings;
    oa_settings_init(&settings, pool);
    for (const oa_setting_row *row = oa_setting_rows; row->name != NULL; row++) {
        const oa_error *error = row->parse(&settings, row, text, pool);
        MUST(error == NULL || error->code == OA_INVALID);
    }
    MUST(settings.login_deny_after >= 0 && settings.login_throttle.count >= 0 && settings.messages_keep_count >= 0);
    MUST(settings.session_idle >= OA_SECOND && settings.messages_keep_age >= OA_SECOND && settings.password_min_length >= 8);
    MUST(settings.site_public_url == NULL || strpbrk(settings.site_public_url, " \t\r\n\"<>&'#?\\") == NULL);
    MUST(settings.mail_relay == NULL || strpbrk(settings.mail_relay, "\r\n") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = oa_fuzz_pool();
    const char *text = apr_pstrmemdup(pool, (const char *)data, size);
    check_time(text, pool);
    check_duration(text);
    check_network(text, pool);
    check_settings(text, pool);
    return 0;
}
