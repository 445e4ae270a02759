#include "notify/notify_wecom.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "codec/wecom_codec.h"

#define NOTIFY_HOME_MAX       ((size_t)1 << 20)
#define NOTIFY_HASH_SHOWN     12
#define NOTIFY_TOKEN_EARLY_MS INT64_C(300000) /* a token is renewed so long before its end */
#define NOTIFY_TOKEN_LEAST_MS INT64_C(60000)
#define NOTIFY_REFUSED_MS     INT64_C(600000) /* many tries with a wrong secret block the address */

/* ---- configuration ---- */

static struct str notify_wecom_channel(struct arena *arena, const char *kind, struct str secret)
{
    struct str hash = hash_sha256(arena, secret);

    return arena_format(arena, "%s:%.*s", kind, NOTIFY_HASH_SHOWN, hash.data);
}

/* A whole address, or the key alone: people paste either. */
static struct str notify_wecom_url(struct arena *arena, const char *api, struct str text)
{
    if (memmem(text.data, text.size, "://", 3) != NULL)
        return arena_copy(arena, text);
    return arena_format(arena, "%s/cgi-bin/webhook/send?key=%.*s", api, STR_ARG(text));
}

static bool notify_wecom_add(struct notify_wecom *wecom, struct str name, struct str address,
                             struct err *err)
{
    for (size_t i = 0; i < wecom->robot_count; i++) {
        if (str_eq(wecom->robots[i].name, name))
            return err_set(err, ERR_FATAL, "wecom_robots: robot %.*s stands there twice",
                           STR_ARG(name));
    }
    if (wecom->robot_count == NOTIFY_ROBOTS_MAX)
        return err_set(err, ERR_FATAL, "wecom_robots: more than %d robots", NOTIFY_ROBOTS_MAX);
    struct notify_robot *robot = &wecom->robots[wecom->robot_count++];
    robot->name = arena_copy(wecom->home, name);
    robot->url = notify_wecom_url(wecom->home, wecom->api, address);
    robot->channel = notify_wecom_channel(wecom->home, "robot", robot->url);
    return true;
}

static bool notify_wecom_robots(struct notify_wecom *wecom, struct str list, struct err *err)
{
    while (list.size > 0) {
        struct str address = str_trim(str_cut(&list, ','));
        struct str name = str_trim(str_cut(&address, '='));

        address = str_trim(address);
        if (name.size == 0 && address.size == 0)
            continue;
        if (name.size == 0 || address.size == 0)
            return err_set(err, ERR_FATAL,
                           "wecom_robots: want name=url or name=key, separated by "
                           "commas");
        if (!notify_wecom_add(wecom, name, address, err))
            return false;
    }
    return true;
}

/* What is put into a query: letters, digits, - and _, as WeCom makes them. */
static bool notify_wecom_is_id(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")]
           == '\0';
}

static bool notify_wecom_app(struct notify_wecom *wecom, struct err *err)
{
    bool some = wecom->corpid[0] != '\0' || wecom->secret[0] != '\0' || wecom->agentid != 0;
    bool all = wecom->corpid[0] != '\0' && wecom->secret[0] != '\0' && wecom->agentid != 0;

    if (some && !all)
        return err_set(err, ERR_FATAL,
                       "wecom_corpid, wecom_secret and wecom_agentid go together: "
                       "set all three or none");
    if (!notify_wecom_is_id(wecom->corpid) || !notify_wecom_is_id(wecom->secret))
        return err_set(err, ERR_FATAL,
                       "wecom_corpid or wecom_secret holds a sign that none of "
                       "WeCom's has");
    return true;
}

bool notify_wecom_open(struct notify_wecom *wecom, const struct config *config, struct err *err)
{
    struct str url = str_trim(str_of(config_str(config, "wecom_url")));

    wecom->home = arena_open(NOTIFY_HOME_MAX);
    wecom->api = config_str(config, "wecom_api");
    wecom->corpid = config_str(config, "wecom_corpid");
    wecom->secret = config_str(config, "wecom_secret");
    wecom->agentid = config_int(config, "wecom_agentid");
    if (url.size > 0 && !notify_wecom_add(wecom, STR_NONE, url, err))
        return false;
    return notify_wecom_robots(wecom, str_of(config_str(config, "wecom_robots")), err)
           && notify_wecom_app(wecom, err)
           && http_client_open(&wecom->http, config_int(config, "timeout_ms"), err);
}

void notify_wecom_close(struct notify_wecom *wecom)
{
    http_client_close(wecom->http);
    if (wecom->home)
        arena_close(wecom->home);
}

/* ---- the way to a target ---- */

static struct notify_way notify_wecom_way_robot(const struct notify_wecom *wecom,
                                                struct arena *arena, struct str name)
{
    for (size_t i = 0; i < wecom->robot_count; i++) {
        const struct notify_robot *robot = &wecom->robots[i];

        if (str_eq(robot->name, name))
            return (struct notify_way){ .usable = true,
                                        .channel = robot->channel,
                                        .url = robot->url,
                                        .size_max = WECOM_MARKDOWN_MAX };
    }
    return (struct notify_way){
        .why = name.size == 0
                   ? STR("没有配置机器人 no robot is configured: set SLUICE_NOTIFY_WECOM_URL")
                   : arena_format(arena,
                                  "没有配置机器人 %.*s no robot of that name: set "
                                  "SLUICE_NOTIFY_WECOM_ROBOTS",
                                  STR_ARG(name)),
    };
}

struct notify_way notify_wecom_way(const struct notify_wecom *wecom, struct arena *arena,
                                   const struct notify_target *target)
{
    if (!target->app)
        return notify_wecom_way_robot(wecom, arena, target->robot);
    if (wecom->agentid == 0)
        return (struct notify_way){
            .why = STR("没有配置企业微信应用 no application is configured: set "
                       "SLUICE_NOTIFY_WECOM_CORPID, _SECRET and _AGENTID"),
        };
    return (struct notify_way){
        .usable = true,
        .channel =
            notify_wecom_channel(arena, "app",
                                 arena_format(arena, "%lld;%.*s;%.*s;%.*s",
                                              (long long)wecom->agentid, STR_ARG(target->touser),
                                              STR_ARG(target->toparty), STR_ARG(target->totag))),
        .size_max = WECOM_APP_MARKDOWN_MAX,
    };
}

/* ---- one call ---- */

static struct notify_answer notify_wecom_call(struct notify_wecom *wecom, struct arena *arena,
                                              const char *url, struct str body,
                                              struct wecom_answer *decoded)
{
    struct http_answer http = http_client_call(wecom->http, arena, url, body);
    struct notify_answer answer = {
        .no_address = http.fate == HTTP_FATE_NO_ADDRESS,
        .sent = http.fate == HTTP_FATE_ANSWERED || http.fate == HTTP_FATE_UNKNOWN,
        .answered = http.fate == HTTP_FATE_ANSWERED,
        .status = http.status,
        .why = http.why,
    };

    answer.understood = answer.answered && wecom_decode_answer(arena, http.body, decoded);
    if (answer.understood) {
        answer.errcode = decoded->errcode;
        answer.warned = decoded->warned;
        answer.unheard = decoded->unheard;
    }
    return answer;
}

/* ---- the application ---- */

/* For a query: what is no letter, digit or -_.~ as %XX. */
static struct str notify_wecom_escape(struct arena *arena, struct str text)
{
    struct buf buf;

    buf_init(&buf, arena, text.size + 16);
    for (size_t i = 0; i < text.size; i++) {
        const char one[2] = { text.data[i], '\0' };

        if (notify_wecom_is_id(one) || one[0] == '.' || one[0] == '~')
            buf_put_byte(&buf, one[0]);
        else
            buf_put_format(&buf, "%%%02X", (unsigned)(unsigned char)one[0]);
    }
    return buf_str(&buf);
}

static void notify_wecom_keep(struct notify_wecom *wecom, struct str token, int64_t expires_in_s)
{
    int64_t lives_ms = expires_in_s * 1000 - NOTIFY_TOKEN_EARLY_MS;

    memcpy(wecom->token, token.data, token.size);
    wecom->token[token.size] = '\0';
    wecom->token_until_ms =
        clock_now_ms() + (lives_ms > NOTIFY_TOKEN_LEAST_MS ? lives_ms : NOTIFY_TOKEN_LEAST_MS);
}

/* True when there is a token; else *answer_out says why not. */
static bool notify_wecom_token(struct notify_wecom *wecom, struct arena *arena,
                               struct notify_answer *answer_out)
{
    int64_t now_ms = clock_now_ms();
    struct wecom_answer decoded = { .errcode = 0 };

    if (wecom->token[0] != '\0' && now_ms < wecom->token_until_ms)
        return true;
    if (now_ms < wecom->refused_until_ms) {
        *answer_out = wecom->refused;
        return false;
    }
    struct str url = arena_format(arena, "%s/cgi-bin/gettoken?corpid=%s&corpsecret=%s", wecom->api,
                                  wecom->corpid, wecom->secret);
    struct notify_answer answer = notify_wecom_call(wecom, arena, url.data, STR_NONE, &decoded);
    answer.token = true;
    if (answer.understood && answer.errcode == 0 && decoded.token.size > 0
        && decoded.token.size < sizeof(wecom->token)) {
        notify_wecom_keep(wecom, decoded.token, decoded.expires_in_s);
        return true;
    }
    if (notify_outcome_of(&answer) == NOTIFY_OUTCOME_NO_TARGET) {
        wecom->refused = (struct notify_answer){ .token = true,
                                                 .sent = true,
                                                 .answered = true,
                                                 .status = answer.status,
                                                 .understood = answer.understood,
                                                 .errcode = answer.errcode };
        wecom->refused_until_ms = now_ms + NOTIFY_REFUSED_MS;
    }
    *answer_out = answer;
    return false;
}

static struct notify_answer notify_wecom_post_app(struct notify_wecom *wecom, struct arena *arena,
                                                  const struct notify_target *target,
                                                  struct str content)
{
    struct wecom_app_message message = {
        .touser = target->touser,
        .toparty = target->toparty,
        .totag = target->totag,
        .agentid = wecom->agentid,
        .content = content,
    };
    struct str body = wecom_encode_app(arena, &message);
    struct notify_answer answer = { .token = true };

    for (int round = 0; round < 2; round++) {
        struct wecom_answer decoded = { .errcode = 0 };

        if (!notify_wecom_token(wecom, arena, &answer))
            break;
        struct str url =
            arena_format(arena, "%s/cgi-bin/message/send?access_token=%.*s", wecom->api,
                         STR_ARG(notify_wecom_escape(arena, str_of(wecom->token))));
        answer = notify_wecom_call(wecom, arena, url.data, body, &decoded);
        answer.app = true;
        if (notify_outcome_of(&answer) != NOTIFY_OUTCOME_TOKEN)
            break;
        wecom->token[0] = '\0';
    }
    answer.app = true;
    return answer;
}

struct notify_answer notify_wecom_post(struct notify_wecom *wecom, struct arena *arena,
                                       const struct notify_target *target,
                                       const struct notify_way *way, struct str content)
{
    struct wecom_answer decoded = { .errcode = 0 };

    if (target->app)
        return notify_wecom_post_app(wecom, arena, target, content);
    return notify_wecom_call(wecom, arena, way->url.data, wecom_encode_markdown(arena, content),
                             &decoded);
}
