/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/fixture.h"

#include "core/mail/template.h"

static oa_json *facts(apr_pool_t *pool)
{
    oa_json *object = oa_json_object(pool);
    oa_json_set_text(object, "site", "A & B");
    oa_json_set_text(object, "org", "<script>alert(\"1\")</script>'");
    oa_json_set_text(object, "evil", "{{site}}\r\nBcc: x");
    oa_json_set_int(object, "number", 7);
    return object;
}

static void facts_are_escaped_in_html_alone(void **state)
{
    fixture *f = *state;
    const oa_template row = {"t", "Subject: {{org}}\n\n{{org}} {{site}}", "<p>{{org}} {{site}}</p>", NULL};
    oa_filled filled = oa_template_fill(&row, facts(f->pool), f->pool);
    assert_string_equal(filled.subject, "<script>alert(\"1\")</script>'");
    assert_string_equal(filled.text, "<script>alert(\"1\")</script>' A & B");
    assert_string_equal(filled.html, "<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; A &amp; B</p>");
}

static void what_a_fact_says_is_not_looked_at_again_and_stays_on_its_line(void **state)
{
    fixture *f = *state;
    const oa_template row = {"t", "Subject: {{evil}}\n\n[{{evil}}]", "{{evil}}", NULL};
    oa_filled filled = oa_template_fill(&row, facts(f->pool), f->pool);
    assert_string_equal(filled.subject, "{{site}}  Bcc: x");
    assert_string_equal(filled.text, "[{{site}}  Bcc: x]");
}

static void what_is_no_fact_is_empty_and_other_braces_are_text(void **state)
{
    fixture *f = *state;
    const oa_template row = {"t", "Subject: s\n\n[{{nothing}}][{{number}}] {{ {{}} {{Site}} {{site", "", NULL};
    oa_filled filled = oa_template_fill(&row, facts(f->pool), f->pool);
    assert_string_equal(filled.text, "[][] {{ {{}} {{Site}} {{site");
}

static void a_text_without_subject_has_the_sites_name(void **state)
{
    fixture *f = *state;
    const oa_template row = {"t", "Hello\n", "", NULL};
    oa_filled filled = oa_template_fill(&row, facts(f->pool), f->pool);
    assert_string_equal(filled.subject, "A & B");
    assert_string_equal(filled.text, "Hello\n");
}

static void every_mail_has_its_texts(void **state)
{
    static const char *const names[] = {"invitation", "reset", "denied", "denied-admin", "key-expiring"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const oa_template *row = oa_template_find(names[i]);
        assert_non_null(row);
        assert_int_equal(strncmp(row->text, "Subject: ", 9), 0);
        assert_int_equal(strncmp(row->html, "<!doctype html>", 15), 0);
        assert_int_equal(row->link != NULL, strstr(row->text, "{{link}}") != NULL);
        assert_int_equal(row->link != NULL, strstr(row->html, "href=\"{{link}}\"") != NULL);
    }
    assert_null(oa_template_find("nonsense"));
}

static void put_file(const fixture *f, const char *name, const char *bytes, size_t size)
{
    int fd = open(fixture_file(f, name), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && close(fd) == 0);
}

static void a_site_replaces_either_form(void **state)
{
    fixture *f = *state;
    const oa_template *row = oa_template_find("reset");
    put_file(f, "reset.txt", "Subject: ours\n\n{{link}}\n", 24);
    oa_template loaded = oa_template_load(row, f->directory, f->pool);
    assert_string_equal(loaded.text, "Subject: ours\n\n{{link}}\n");
    assert_ptr_equal(loaded.html, row->html);
    assert_ptr_equal(loaded.link, row->link);
}

static void a_replacement_that_is_none_is_left_out(void **state)
{
    fixture *f = *state;
    const oa_template *row = oa_template_find("reset");
    put_file(f, "reset.txt", "\xff\xfe", 2);
    put_file(f, "reset.html", "", 0);
    oa_template loaded = oa_template_load(row, f->directory, f->pool);
    assert_ptr_equal(loaded.text, row->text);
    assert_ptr_equal(loaded.html, row->html);
    assert_int_equal(unlink(fixture_file(f, "reset.txt")), 0);
    assert_int_equal(mkfifo(fixture_file(f, "reset.txt"), 0600), 0);
    assert_ptr_equal(oa_template_load(row, f->directory, f->pool).text, row->text);
}

OA_TESTS(EMPTY_TEST(facts_are_escaped_in_html_alone),
         EMPTY_TEST(what_a_fact_says_is_not_looked_at_again_and_stays_on_its_line),
         EMPTY_TEST(what_is_no_fact_is_empty_and_other_braces_are_text),
         EMPTY_TEST(a_text_without_subject_has_the_sites_name), EMPTY_TEST(every_mail_has_its_texts),
         EMPTY_TEST(a_site_replaces_either_form), EMPTY_TEST(a_replacement_that_is_none_is_left_out))
