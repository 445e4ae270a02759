/* hash — see hash.h. */
#include "base/hash.h"

#include <openssl/evp.h>
#include <pthread.h>

#include "base/check.h"

#define HASH_SIZE 32    /* of SHA-256 */
#define HASH_ID_SIZE 16 /* what an id keeps of it */

/* Fetched once: looking the algorithm up costs more than hashing an id. */
static const EVP_MD *hash_algorithm;
static pthread_once_t hash_once = PTHREAD_ONCE_INIT;

static void hash_fetch(void)
{
    hash_algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static EVP_MD_CTX *hash_open(void)
{
    pthread_once(&hash_once, hash_fetch);
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    CHECK(hash_algorithm != NULL && context != NULL);
    CHECK(EVP_DigestInit_ex2(context, hash_algorithm, NULL) == 1);
    return context;
}

static void hash_put(EVP_MD_CTX *context, struct str bytes)
{
    CHECK(EVP_DigestUpdate(context, bytes.data ? bytes.data : "", bytes.size) == 1);
}

/* Ends the context; the first `size` bytes of the hash in lower hex. */
static struct str hash_close(EVP_MD_CTX *context, struct arena *arena, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[HASH_SIZE];
    char *hex = arena_alloc(arena, size * 2 + 1);

    CHECK(size <= HASH_SIZE && EVP_DigestFinal_ex(context, hash, NULL) == 1);
    EVP_MD_CTX_free(context);
    for (size_t i = 0; i < size; i++) {
        hex[i * 2] = digits[hash[i] >> 4];
        hex[i * 2 + 1] = digits[hash[i] & 15];
    }
    return (struct str){ .data = hex, .size = size * 2 };
}

struct str hash_id(struct arena *arena, const struct str *fields, size_t count)
{
    EVP_MD_CTX *context = hash_open();

    for (size_t i = 0; i < count; i++) {
        char prefix[8];

        /* The size in front keeps ("ab", "c") and ("a", "bc") apart. */
        for (int byte = 0; byte < 8; byte++)
            prefix[byte] = (char)(unsigned char)((uint64_t)fields[i].size >> (56 - 8 * byte));
        hash_put(context, (struct str){ .data = prefix, .size = sizeof(prefix) });
        hash_put(context, fields[i]);
    }
    return hash_close(context, arena, HASH_ID_SIZE);
}

struct str hash_sha256(struct arena *arena, struct str bytes)
{
    EVP_MD_CTX *context = hash_open();

    hash_put(context, bytes);
    return hash_close(context, arena, HASH_SIZE);
}

#define HASH_MURMUR2_SEED UINT32_C(0x9747b28c) /* Kafka's */
#define HASH_MURMUR2_M UINT32_C(0x5bd1e995)

uint32_t hash_murmur2(struct str key)
{
    const unsigned char *p = (const unsigned char *)key.data;
    uint32_t hash = HASH_MURMUR2_SEED ^ (uint32_t)key.size;
    size_t left = key.size;

    for (; left >= 4; left -= 4, p += 4) {
        uint32_t k = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16
                   | (uint32_t)p[3] << 24;

        k *= HASH_MURMUR2_M;
        k ^= k >> 24;
        hash = (hash * HASH_MURMUR2_M) ^ (k * HASH_MURMUR2_M);
    }
    if (left > 0) {
        for (size_t i = 0; i < left; i++)
            hash ^= (uint32_t)p[i] << (8 * i);
        hash *= HASH_MURMUR2_M;
    }
    hash ^= hash >> 13;
    hash *= HASH_MURMUR2_M;
    hash ^= hash >> 15;
    return hash & UINT32_C(0x7fffffff); /* toPositive */
}
