/*
 * hash — the one hash of ids and digests: the first 16 bytes of SHA-256 over length-prefixed
 * fields, in lower hex (STOCK.md, What messages carry).
 *
 * The only file of base that includes a library (OpenSSL's SHA-256).
 */
#ifndef SLUICE_BASE_HASH_H
#define SLUICE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* Each field goes in as its size (8 bytes, big-endian) and its bytes. 32 hex characters. */
struct str hash_id(struct arena *arena, const struct str *fields, size_t count);

#define HASH_ID(arena, ...) \
    hash_id((arena), (const struct str[]){ __VA_ARGS__ }, \
            sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))

/* SHA-256 of the bytes as they are, whole, in lower hex: 64 characters. */
struct str hash_sha256(struct arena *arena, struct str bytes);

/* Kafka's murmur2 over the key, made positive: partition = hash_murmur2(key) % partitions
 * (org.apache.kafka.common.utils.Utils.murmur2 and toPositive). */
uint32_t hash_murmur2(struct str key);

#endif
