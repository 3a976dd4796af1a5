/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/admin/cast.h"

#include "core/admin/upkeep.h"

static oa_upkeep_report run(cast *c, const oa_upkeep *how)
{
    oa_upkeep_report report;
    assert_ok(oa_upkeep_run(c->store, how, &report, c->pool));
    return report;
}

static bool is_due(cast *c)
{
    bool due;
    assert_ok(oa_upkeep_is_due(c->store, &due, c->pool));
    return due;
}

static void idle_users_become_inactive_each_with_an_event(void **state)
{
    cast *c = *state;
    int64_t events = cast_events(c);
    cast_sql(c, "UPDATE account SET status_since = 1 WHERE email LIKE '%@lab.example'");
    assert_int_equal(run(c, &(oa_upkeep){.sweep = true}).inactive, 2);
    assert_int_equal(cast_events(c), events + 2);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM account WHERE status = 4"), 2);
}

static void a_sweep_is_due_at_first_and_then_again_after_its_time(void **state)
{
    cast *c = *state;
    assert_true(is_due(c));
    cast_sql(c, "UPDATE account SET status_since = 1 WHERE email = 'viewer@lab.example'");
    assert_int_equal(run(c, &(oa_upkeep){0}).inactive, 1);
    assert_false(is_due(c));
    cast_sql(c, "UPDATE account SET status_since = 1 WHERE email = 'viewer@globex.example'");
    assert_int_equal(run(c, &(oa_upkeep){0}).inactive, 0);
    cast_sql(c, "UPDATE lease SET until = 1 WHERE name = 'sweep'");
    assert_true(is_due(c));
    assert_int_equal(run(c, &(oa_upkeep){0}).inactive, 1);
}

static void a_notice_or_a_mail_is_due_at_once(void **state)
{
    cast *c = *state;
    run(c, &(oa_upkeep){0});
    cast_sql(c, "INSERT INTO notice (id, about, account_id, at) SELECT 1, 'denied', id, 1 FROM account WHERE email = 'viewer@acme.example'");
    assert_true(is_due(c));
    assert_int_equal(run(c, &(oa_upkeep){0}).notices, 1);
    assert_false(is_due(c));
    DO("setting.set", "{'name': 'site.public_url', 'value': 'https://a.example'}");
    DO("setting.set", "{'name': 'mail.relay', 'value': 'sendmail:/bin/true'}");
    cast_sql(c, "INSERT INTO notice (id, about, account_id, at) SELECT 1, 'denied', id, 1 FROM account WHERE email = 'viewer@acme.example'");
    assert_int_equal(run(c, &(oa_upkeep){0}).mail.sent, 2);
    assert_false(is_due(c));
}

static void one_at_a_time_does_it(void **state)
{
    cast *c = *state;
    cast_sql(c, apr_psprintf(c->pool, "INSERT INTO lease (name, holder, until) VALUES ('upkeep', 1, %" APR_INT64_T_FMT ")",
                             (apr_int64_t)(oa_clock_now() + OA_MINUTE)));
    cast_sql(c, "UPDATE account SET status_since = 1");
    assert_false(is_due(c));
    oa_upkeep_report report = run(c, &(oa_upkeep){.sweep = true});
    assert_true(report.busy);
    assert_int_equal(report.inactive, 0);
    cast_sql(c, "DELETE FROM lease");
    assert_false(run(c, &(oa_upkeep){.sweep = true}).busy);
    assert_int_equal(cast_int(c, "SELECT count(*) FROM lease WHERE name = 'upkeep'"), 0);
}

static bool at_once(void *context)
{
    (void)context;
    return true;
}

static void who_is_to_stop_gives_the_lease_back(void **state)
{
    cast *c = *state;
    run(c, &(oa_upkeep){.sweep = true, .stops = at_once});
    assert_int_equal(cast_int(c, "SELECT count(*) FROM lease WHERE name = 'upkeep'"), 0);
}

static void figures_of_ninety_days_are_kept(void **state)
{
    cast *c = *state;
    oa_time hour = oa_clock_now() / OA_HOUR * OA_HOUR;
    for (int days = -2; days <= 92; days += 2) {
        cast_sql(c, apr_psprintf(c->pool, "INSERT INTO statistic (org_id, at, api_id) VALUES (1, %" APR_INT64_T_FMT ", 0)",
                                 (apr_int64_t)(hour - days * OA_DAY)));
    }
    run(c, &(oa_upkeep){.sweep = true});
    assert_int_equal(cast_int(c, "SELECT count(*) FROM statistic"), 45);
    assert_int_equal(cast_int(c, "SELECT max(at) FROM statistic"), hour);
}

OA_TESTS(CAST_TEST(idle_users_become_inactive_each_with_an_event),
         CAST_TEST(a_sweep_is_due_at_first_and_then_again_after_its_time), CAST_TEST(a_notice_or_a_mail_is_due_at_once),
         CAST_TEST(one_at_a_time_does_it), CAST_TEST(who_is_to_stop_gives_the_lease_back),
         CAST_TEST(figures_of_ninety_days_are_kept))
