/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/flat.h"

#include <stdbool.h>

static const char none[] = "\xff"; /* stands for NULL; never in UTF-8 */

static const char **member(void *object, size_t offset)
{
    return (const char **)(void *)((char *)object + offset);
}

static bool is_none(const char *text)
{
    return text[0] == none[0] && text[1] == '\0';
}

/* The text to write; NULL where it cannot be told from `none`. */
static const char *text_of(const void *object, size_t offset)
{
    const char *text;
    memcpy(&text, (const char *)object + offset, sizeof(text));
    if (text == NULL) {
        return none;
    }
    return is_none(text) ? NULL : text;
}

size_t oa_flatten(const oa_flat_form *form, const void *object, unsigned char *out, size_t room)
{
    size_t used = form->head;

    if (used > room) {
        return 0;
    }
    memcpy(out, object, used);
    for (size_t i = 0; i < form->count; i++) {
        const char *text = text_of(object, form->texts[i]);
        size_t size = text != NULL ? strlen(text) + 1 : 0;
        if (size == 0 || size > room - used) {
            return 0;
        }
        memcpy(out + used, text, size);
        used += size;
    }
    return used;
}

void *oa_unflatten(const oa_flat_form *form, const unsigned char *bytes, size_t size, apr_pool_t *pool)
{
    char *object = apr_palloc(pool, form->size + size - form->head);
    char *text = object + form->size;

    memset(object, 0, form->size);
    memcpy(object, bytes, form->head);
    memcpy(text, bytes + form->head, size - form->head);
    for (size_t i = 0; i < form->count; i++) {
        *member(object, form->texts[i]) = is_none(text) ? NULL : text;
        text += strlen(text) + 1;
    }
    return object;
}
