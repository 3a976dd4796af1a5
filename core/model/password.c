/* SPDX-License-Identifier: Apache-2.0 */
#include "core/model/password.h"

#include "core/base/crypto.h"
#include "core/base/text.h"

#include <apr_strings.h>

/* Shorter parts of a name are no reason to refuse; what stands around a word beyond so much may be worth something. */
enum { WORD_MIN = 4, ADDED_MAX = 6, RUN_MIN = 3, UNIT_MAX = 4 };

/* Characters are code points: all octets but those that continue one. */
static int code_points(const char *text)
{
    int count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

/* Runs: characters one after the other, in the alphabet or on a keyboard. */

static const char *const rows[] = {
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "0123456789012345678901234567890",
    "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0", "!@#$%^&*()_+",
};

static size_t run_in(const char *text, const char *row)
{
    size_t best = 0;
    for (const char *at = strchr(row, *text); at != NULL; at = strchr(at + 1, *text)) {
        size_t up = 1, down = 1;
        while (text[up] != '\0' && text[up] == at[up]) {
            up++;
        }
        while (text[down] != '\0' && at - row >= (ptrdiff_t)down && text[down] == at[-(ptrdiff_t)down]) {
            down++;
        }
        size_t longer = up > down ? up : down;
        best = longer > best ? longer : best;
    }
    return best;
}

/* The longest run, or repetition of one character, that `text` begins with. */
static size_t run_of(const char *text)
{
    size_t best = 1;
    while (text[best] == text[0]) {
        best++;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t length = run_in(text, rows[i]);
        best = length > best ? length : best;
    }
    return best;
}

static bool is_of_runs(const char *text)
{
    bool all = *text != '\0';
    while (all && *text != '\0') {
        size_t length = run_of(text);
        all = length >= RUN_MIN;
        text += length;
    }
    return all;
}

/* Words. */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || ((unsigned char)c & 0x80) != 0;
}

/* Digits and signs that stand for letters. */
static const char *spelled_out(const char *text, apr_pool_t *pool)
{
    static const char signs[] = "@4831!|05$7+", letters[] = "aabeiiiosstt";
    char *out = apr_pstrdup(pool, text);
    for (char *c = out; *c != '\0'; c++) {
        const char *sign = strchr(signs, *c);
        *c = sign != NULL ? letters[sign - signs] : *c;
    }
    return out;
}

/* Letters and digits alone, so that an e-mail's dots do not matter. */
static const char *bare(const char *text, apr_pool_t *pool)
{
    char *out = apr_pstrdup(pool, text), *end = out;
    for (const char *c = text; *c != '\0'; c++) {
        if (is_letter(*c) || (*c >= '0' && *c <= '9')) {
            *end++ = *c;
        }
    }
    *end = '\0';
    return out;
}

static bool is_word_of(const char *text, const char *const *words, apr_pool_t *pool)
{
    const char *mine = bare(text, pool);
    for (; words != NULL && *words != NULL; words++) {
        const char *word = bare(oa_text_fold(*words, pool), pool);
        if (strlen(word) >= WORD_MIN && strcmp(word, mine) == 0) {
            return true;
        }
    }
    return false;
}

typedef struct guess {
    const char *const *words;
    apr_pool_t *pool;
} guess;

static bool is_expected(const char *text, const guess *g)
{
    return oa_password_is_common(text) || is_word_of(text, g->words, g->pool);
}

/* As it is, and with signs for letters. */
static bool is_expected_spelling(const char *text, const guess *g)
{
    return is_expected(text, g) || is_expected(spelled_out(text, g->pool), g);
}

/* A word with a little before or behind it: "password2026!" */
static bool is_word_with_more(const char *text, const guess *g)
{
    size_t before = 0, size = strlen(text), kept = size;
    while (text[before] != '\0' && !is_letter(text[before])) {
        before++;
    }
    while (kept > before && !is_letter(text[kept - 1])) {
        kept--;
    }
    bool little = before + size - kept <= ADDED_MAX || (before == 0 && is_of_runs(text + kept));
    const char *core = apr_pstrmemdup(g->pool, text + before, kept - before);
    const char *front = apr_pstrmemdup(g->pool, text, kept);
    return kept > before && little && (is_expected_spelling(core, g) || is_expected_spelling(front, g));
}

static bool is_easy(const char *text, const guess *g)
{
    return is_expected_spelling(text, g) || is_of_runs(text) || is_word_with_more(text, g);
}

/* The shortest unit that `text` is a repetition of, the last time perhaps in part. */
static size_t unit_of(const char *text)
{
    size_t size = strlen(text), unit = 1;
    while (unit < size && strncmp(text, text + unit, size - unit) != 0) {
        unit++;
    }
    return unit;
}

static bool is_repetition(const char *text, const guess *g)
{
    size_t unit = unit_of(text);
    return 2 * unit <= strlen(text) && (unit <= UNIT_MAX || is_easy(apr_pstrmemdup(g->pool, text, unit), g));
}

oa_error *oa_password_check(const char *field, const char *password, int min_length, const char *const *words,
                            apr_pool_t *pool)
{
    int least = min_length > OA_PASSWORD_MIN ? min_length : OA_PASSWORD_MIN;
    if (strlen(password) > OA_PASSWORD_MAX) {
        return oa_error_because(OA_BECAUSE_PASSWORD_LONG,
                                oa_error_field(pool, field, "the password is too long: at most %d octets", OA_PASSWORD_MAX));
    }
    if (code_points(password) < least) {
        return oa_error_because(OA_BECAUSE_PASSWORD_SHORT,
                                oa_error_field(pool, field, "the password is too short: at least %d characters", least));
    }
    guess g = {words, pool};
    const char *folded = oa_text_fold(password, pool);
    if (is_easy(folded, &g) || is_repetition(folded, &g)) {
        return oa_error_because(OA_BECAUSE_PASSWORD_EASY,
                                oa_error_field(pool, field,
                                               "the password is too easy to guess: choose several words that do not belong together"));
    }
    return NULL;
}
