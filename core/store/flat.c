/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store/flat.h"

#include <stdint.h>

typedef uint16_t text_size; /* with its NUL; 0 stands for NULL */

size_t oa_flatten(const oa_flat_form *form, const void *object, unsigned char *out, size_t room)
{
    size_t sizes = form->head, used = sizes + form->count * sizeof(text_size);

    if (used > room) {
        return 0;
    }
    memcpy(out, object, form->head);
    for (size_t i = 0; i < form->count; i++) {
        const char *text;
        memcpy(&text, (const char *)object + form->texts[i], sizeof(text));
        size_t size = text != NULL ? strlen(text) + 1 : 0;
        text_size short_size = (text_size)size;
        if (size > room - used || size != short_size) {
            return 0;
        }
        memcpy(out + sizes + i * sizeof(short_size), &short_size, sizeof(short_size));
        if (text != NULL) {
            memcpy(out + used, text, size);
        }
        used += size;
    }
    return used;
}

void *oa_unflatten(const oa_flat_form *form, const unsigned char *bytes, size_t size, apr_pool_t *pool)
{
    const unsigned char *sizes = bytes + form->head;
    size_t before = form->head + form->count * sizeof(text_size);
    char *object = apr_palloc(pool, form->size + size - before);
    const char *text = object + form->size;

    memcpy(object, bytes, form->head);
    memset(object + form->head, 0, form->size - form->head);
    memcpy(object + form->size, bytes + before, size - before);
    for (size_t i = 0; i < form->count; i++) {
        text_size length;
        memcpy(&length, sizes + i * sizeof(length), sizeof(length));
        if (length > 0) {
            memcpy(object + form->texts[i], &text, sizeof(text));
        }
        text += length;
    }
    return object;
}
