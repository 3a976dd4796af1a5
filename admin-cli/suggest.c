/* SPDX-License-Identifier: Apache-2.0 */
#include "admin-cli/suggest.h"

#include <apr_strings.h>

enum { LONGEST = 32, NEAR = 2 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Edits from `a` to `b`, a swap of neighbours being one; words longer than LONGEST are far from all. */
static int distance(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    int cost[LONGEST + 1][LONGEST + 1];
    if (m > LONGEST || n > LONGEST) {
        return LONGEST;
    }
    for (size_t i = 0; i <= m; i++) {
        for (size_t j = 0; j <= n; j++) {
            if (i == 0 || j == 0) {
                cost[i][j] = (int)(i + j);
                continue;
            }
            cost[i][j] = least(least(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = least(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[m][n];
}

static const char *find_near(const char *wrong, const apr_array_header_t *words)
{
    const char *best = NULL;
    int nearest = NEAR + 1;
    for (int i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);
        int far = strncmp(word, wrong, strlen(wrong)) == 0 ? 0 : distance(wrong, word);
        if (far < nearest && far < (int)strlen(word)) {
            nearest = far;
            best = word;
        }
    }
    return best;
}

const char *oa_did_you_mean(const char *wrong, const apr_array_header_t *words, apr_pool_t *pool)
{
    const char *near = find_near(wrong, words);
    return near != NULL ? apr_pstrcat(pool, "; did you mean \"", near, "\"?", NULL) : "";
}
