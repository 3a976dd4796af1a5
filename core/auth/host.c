/* SPDX-License-Identifier: Apache-2.0 */
#include "core/auth/host.h"

#include "core/auth/shared.h"

#include <errno.h>
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <unistd.h>

/* Two semaphores: places to hash in, and places to hash or wait in. Both are given back by the kernel when a process dies. */
enum { HASHING, PRESENT, SEMAPHORES };

/* Their sum must be a semaphore's value (SEMVMX). */
enum { MOST = 16000 };

union semaphore_argument { /* semctl(2): the caller defines it */
    int value;
    struct semid_ds *status;
    unsigned short *values;
};

/* When the maker has gone (a graceful restart ends it before the requests under way), one at a time in each process. */
static pthread_mutex_t orphans = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local bool orphaned;

/* The children run this clean-up too when their pools end: the semaphores are the maker's. */
static apr_status_t end_host(void *data)
{
    oa_host *host = data;

    if (host->semaphores >= 0 && host->maker == getpid()) {
        semctl(host->semaphores, 0, IPC_RMID);
    }
    if (host->shared != NULL) {
        munmap(host->shared, sizeof(*host->shared));
    }
    oa_wipe(host->address_key, sizeof(host->address_key));
    return APR_SUCCESS;
}

static oa_error *make_shared(oa_host *host, apr_pool_t *pool)
{
    void *memory = mmap(NULL, sizeof(oa_shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED) {
        return oa_error_make(pool, OA_FAILED, "%zu bytes of shared memory could not be had: %s", sizeof(oa_shared),
                             strerror(errno));
    }
    host->shared = memory; /* zeros: no address, no ring */
    return NULL;
}

/* Gives the semaphores to `uid`, so that the children may use them after they changed to it. */
static int give_semaphores(int semaphores, uid_t uid)
{
    struct semid_ds status;
    union semaphore_argument argument = {.status = &status};

    if (uid == geteuid()) {
        return 0;
    }
    if (semctl(semaphores, 0, IPC_STAT, argument) != 0) {
        return -1;
    }
    status.sem_perm.uid = uid;
    status.sem_perm.mode = 0600;
    return semctl(semaphores, 0, IPC_SET, argument);
}

static oa_error *make_semaphores(oa_host *host, int hashes, int waiting, uid_t uid, apr_pool_t *pool)
{
    unsigned short values[SEMAPHORES] = {(unsigned short)hashes, (unsigned short)(hashes + waiting)};
    union semaphore_argument argument = {.values = values};

    host->semaphores = semget(IPC_PRIVATE, SEMAPHORES, 0600);
    if (host->semaphores < 0 || semctl(host->semaphores, 0, SETALL, argument) != 0 ||
        give_semaphores(host->semaphores, uid) != 0) {
        return oa_error_make(pool, OA_FAILED, "System V semaphores could not be had: %s (see sysctl kernel.sem, and ipcs -s)",
                             strerror(errno));
    }
    return NULL;
}

static int within(int number, int least)
{
    return number < least ? least : number > MOST ? MOST : number;
}

oa_error *oa_host_make(int hashes, int waiting, uid_t uid, oa_host **host, apr_pool_t *pool)
{
    oa_host *made = apr_pcalloc(pool, sizeof(*made));

    made->semaphores = -1;
    made->maker = getpid();
    oa_random(made->address_key, sizeof(made->address_key));
    apr_pool_cleanup_register(pool, made, end_host, apr_pool_cleanup_null);
    OA_TRY(make_shared(made, pool));
    OA_TRY(make_semaphores(made, within(hashes, 1), within(waiting, 0), uid, pool));
    *host = made;
    return NULL;
}

/* One step on one semaphore, undone when the process dies; errno where it was not done. */
static int step(const oa_host *host, unsigned short which, short by, short flags)
{
    struct sembuf operation = {which, by, (short)(SEM_UNDO | flags)};
    int status;

    do {
        status = semop(host->semaphores, &operation, 1);
    } while (status != 0 && errno == EINTR);
    return status == 0 ? 0 : errno;
}

static bool is_gone(int error)
{
    return error == EIDRM || error == EINVAL;
}

static bool enter_orphaned(void)
{
    pthread_mutex_lock(&orphans);
    orphaned = true;
    return true;
}

bool oa_hash_enter(oa_host *host)
{
    int error;

    if (host == NULL) {
        return true;
    }
    error = step(host, PRESENT, -1, IPC_NOWAIT);
    if (error != 0) {
        return is_gone(error) && enter_orphaned();
    }
    error = step(host, HASHING, -1, 0);
    if (is_gone(error)) {
        return enter_orphaned();
    }
    if (error != 0) {
        step(host, PRESENT, 1, 0);
    }
    return error == 0;
}

void oa_hash_leave(oa_host *host)
{
    struct sembuf both[SEMAPHORES] = {{HASHING, 1, SEM_UNDO}, {PRESENT, 1, SEM_UNDO}};

    if (host == NULL) {
        return;
    }
    if (orphaned) {
        orphaned = false;
        pthread_mutex_unlock(&orphans);
        return;
    }
    semop(host->semaphores, both, SEMAPHORES); /* gone: then there is nothing to leave */
}

void oa_hash_note(oa_host *host)
{
    if (host != NULL) {
        atomic_fetch_add(&host->shared->hashes, 1);
    }
}

uint64_t oa_hash_count(const oa_host *host)
{
    return host == NULL ? 0 : atomic_load(&host->shared->hashes);
}

oa_bells *oa_host_bells(oa_host *host)
{
    return &host->shared->bells;
}
