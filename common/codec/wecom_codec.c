#include "codec/wecom_codec.h"

#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "codec/json.h"
#include "codec/json_out.h"

#define WECOM_CAPACITY 512

/* errmsg of a message that WeCom took without understanding all of it (error code page 90313). */
#define WECOM_WARNING "Warning: wrong json format"

static void wecom_encode_content(struct json_out *out, struct str content)
{
    json_out_text(out, "msgtype", STR("markdown"));
    json_out_object(out, "markdown");
    json_out_text(out, "content", content);
    json_out_object_end(out);
}

struct str wecom_encode_markdown(struct arena *arena, struct str content)
{
    struct json_out out;

    CHECK(content.size > 0 && content.size <= WECOM_MARKDOWN_MAX && str_is_utf8(content));
    json_out_init(&out, arena, content.size + WECOM_CAPACITY);
    json_out_object(&out, NULL);
    wecom_encode_content(&out, content);
    json_out_object_end(&out);
    return json_out_str(&out);
}

struct str wecom_encode_app(struct arena *arena, const struct wecom_app_message *message)
{
    struct str content = message->content;
    struct json_out out;

    CHECK(content.size > 0 && content.size <= WECOM_APP_MARKDOWN_MAX && str_is_utf8(content));
    json_out_init(&out, arena, content.size + WECOM_CAPACITY);
    json_out_object(&out, NULL);
    json_out_text_if(&out, "touser", message->touser);
    json_out_text_if(&out, "toparty", message->toparty);
    json_out_text_if(&out, "totag", message->totag);
    json_out_int(&out, "agentid", message->agentid);
    wecom_encode_content(&out, content);
    json_out_int(&out, "enable_duplicate_check", 1);
    json_out_int(&out, "duplicate_check_interval", WECOM_SAME_S);
    json_out_object_end(&out);
    return json_out_str(&out);
}

/* ---- answers ---- */

static struct str wecom_text(struct arena *arena, const struct json *root, const char *name)
{
    const struct json *value = json_get(root, name);

    return json_is(value, JSON_STRING) ? arena_copy(arena, value->text) : STR_NONE;
}

static struct str wecom_unheard(struct arena *arena, const struct json *root)
{
    static const struct {
        const char *name, *what;
    } lists[] = {
        { "invaliduser", "user" },
        { "invalidparty", "party" },
        { "invalidtag", "tag" },
        { "unlicenseduser", "unlicensed" },
    };
    struct buf buf;

    buf_init(&buf, arena, WECOM_CAPACITY);
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct str list = wecom_text(arena, root, lists[i].name);

        if (list.size > 0)
            buf_put_format(&buf, "%s%s %.*s", buf.size > 0 ? ", " : "", lists[i].what,
                           STR_ARG(list));
    }
    return buf_str(&buf);
}

bool wecom_decode_answer(struct arena *arena, struct str body, struct wecom_answer *answer_out)
{
    struct wecom_answer answer = { .errcode = 0 };
    const struct json *root;
    struct err err;

    if (!json_parse(arena, body, &root, &err)
        || !json_int(json_get(root, "errcode"), &answer.errcode))
        return false;
    struct str errmsg = wecom_text(arena, root, "errmsg");
    answer.warned =
        answer.errcode == 0 && errmsg.size > 0
        && memmem(errmsg.data, errmsg.size, WECOM_WARNING, sizeof(WECOM_WARNING) - 1) != NULL;
    answer.unheard = wecom_unheard(arena, root);
    answer.token = wecom_text(arena, root, "access_token");
    (void)json_int(json_get(root, "expires_in"), &answer.expires_in_s);
    *answer_out = answer;
    return true;
}
