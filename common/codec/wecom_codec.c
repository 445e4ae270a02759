#include "codec/wecom_codec.h"

#include <cjson/cJSON.h>

#include "base/check.h"

struct str wecom_encode_markdown(struct arena *arena, struct str content)
{
    struct str text = arena_copy(arena, content);
    cJSON *root = cJSON_CreateObject();
    cJSON *markdown = cJSON_AddObjectToObject(root, "markdown");

    CHECK(content.size <= WECOM_MARKDOWN_MAX && str_is_utf8(content));
    CHECK(markdown && cJSON_AddStringToObject(root, "msgtype", "markdown")
          && cJSON_AddStringToObject(markdown, "content", text.data));
    char *printed = cJSON_PrintUnformatted(root);
    CHECK(printed);
    struct str json = arena_copy(arena, str_of(printed));
    cJSON_free(printed);
    cJSON_Delete(root);
    return json;
}

bool wecom_decode_answer(struct arena *arena, struct str body, int64_t *errcode_out)
{
    struct str text = arena_copy(arena, body);
    cJSON *root = cJSON_ParseWithLength(text.data, text.size);
    const cJSON *errcode = cJSON_GetObjectItemCaseSensitive(root, "errcode");
    bool found = cJSON_IsNumber(errcode);

    if (found)
        *errcode_out = (int64_t)errcode->valuedouble;
    cJSON_Delete(root);
    return found;
}
