/*
 * wecom_codec — what the WeCom group robot reads and answers (document 99110, "message push").
 */
#ifndef SLUICE_CODEC_WECOM_CODEC_H
#define SLUICE_CODEC_WECOM_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* The most bytes of markdown content a robot takes; longer is answered with 40058. */
#define WECOM_MARKDOWN_MAX 4096

/* {"msgtype":"markdown","markdown":{"content":…}}; content must be UTF-8 and fit. */
struct str wecom_encode_markdown(struct arena *arena, struct str content);

/* The errcode of an answer; false when the body is no such JSON. */
bool wecom_decode_answer(struct arena *arena, struct str body, int64_t *errcode_out);

#endif
