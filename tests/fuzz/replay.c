/* SPDX-License-Identifier: Apache-2.0 */
/* main of a fuzz target in `make check`: every file of the corpus, $srcdir/tests/fuzz/corpus/NAME for the program fuzz_NAME, once. Arguments are
 * files or folders to take instead. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

/* From a buffer of just that size, so that a sanitizer sees a byte read too many. */
static void replay_file(const char *path, size_t size)
{
    uint8_t *data = malloc(size > 0 ? size : 1);
    FILE *file = fopen(path, "rb");
    MUST(data != NULL && file != NULL && fread(data, 1, size, file) == size);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

/* How many files there were. */
static int replay(const char *path)
{
    struct stat status;
    DIR *folder;
    if (stat(path, &status) != 0) {
        perror(path);
        return 0;
    }
    if (!S_ISDIR(status.st_mode) || (folder = opendir(path)) == NULL) {
        replay_file(path, (size_t)status.st_size);
        return 1;
    }
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char inner[4096];
        snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
        count += entry->d_name[0] == '.' ? 0 : replay(inner);
    }
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        count += replay(argv[i]);
    }
    if (argc == 1) {
        char corpus[4096];
        const char *source = getenv("srcdir");
        const char *name = strstr(argv[0], "fuzz_");
        for (const char *later = name; later != NULL; later = strstr(name + 1, "fuzz_")) {
            name = later;
        }
        MUST(name != NULL);
        snprintf(corpus, sizeof(corpus), "%s/tests/fuzz/corpus/%s", source != NULL ? source : ".", name + strlen("fuzz_"));
        count = replay(corpus);
    }
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
