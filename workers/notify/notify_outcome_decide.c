#include "notify/notify_outcome_decide.h"

#include "base/check.h"

#define NOTIFY_THROTTLED_MS INT64_C(61000) /* a minute's block, and a second */
#define NOTIFY_BUSY_MS      INT64_C(5000)  /* times the strikes */
#define NOTIFY_DOWN_MS      INT64_C(1000)  /* doubled each time */
#define NOTIFY_DOWN_MAX_MS  INT64_C(120000)
#define NOTIFY_DOUBT_MS     INT64_C(10000) /* doubled each time */
#define NOTIFY_DOUBT_MAX_MS INT64_C(300000)

const char notify_outcome_doubt[] = "没有回音，可能已送达 no answer: it may have been told";

/* Error codes that need a branch of their own, from the error code page (90313) and the pages of
 * the interfaces; what it means for an operator. Others are tried again. */
static const struct notify_code {
    int64_t errcode;
    enum notify_outcome outcome;
    const char *text;
} notify_codes[] = {
    { -1, NOTIFY_OUTCOME_BUSY, "企业微信繁忙 WeCom is busy" },
    { 45009, NOTIFY_OUTCOME_THROTTLED, "超过每分钟上限 too many messages a minute" },
    { 45033, NOTIFY_OUTCOME_DOWN, "并发过多 too many calls at once" },
    /* tokens */
    { 40014, NOTIFY_OUTCOME_TOKEN, "令牌无效 the token is not valid" },
    { 42001, NOTIFY_OUTCOME_TOKEN, "令牌过期 the token has expired" },
    { 41001, NOTIFY_OUTCOME_TOKEN, "缺少令牌 the token is missing" },
    /* the robot or the application takes nothing any more */
    { 93000, NOTIFY_OUTCOME_NO_TARGET,
      "机器人地址错误或已被移出群 the robot's key is wrong or it was removed from its group" },
    { 93004, NOTIFY_OUTCOME_NO_TARGET, "机器人已停用 the robot is disabled" },
    { 93006, NOTIFY_OUTCOME_NO_TARGET, "群不存在 there is no such group" },
    { 93008, NOTIFY_OUTCOME_NO_TARGET, "机器人不在群里 the robot is not in the group" },
    { 40001, NOTIFY_OUTCOME_NO_TARGET, "应用密钥错误 the application's secret is wrong" },
    { 40013, NOTIFY_OUTCOME_NO_TARGET, "企业 ID 错误 the corporation's id is wrong" },
    { 40056, NOTIFY_OUTCOME_NO_TARGET, "应用 ID 错误 the agent id is wrong" },
    { 40091, NOTIFY_OUTCOME_NO_TARGET, "应用密钥无效 the application's secret is not valid" },
    { 41002, NOTIFY_OUTCOME_NO_TARGET, "没有配置企业 ID no corporation id is set" },
    { 41004, NOTIFY_OUTCOME_NO_TARGET, "没有配置应用密钥 no secret is set" },
    { 301002, NOTIFY_OUTCOME_NO_TARGET, "令牌属于别的应用 the token is another application's" },
    { 48002, NOTIFY_OUTCOME_NO_TARGET, "应用没有此接口的权限 the application may not send" },
    { 50003, NOTIFY_OUTCOME_NO_TARGET, "应用已停用 the application is disabled" },
    { 60020, NOTIFY_OUTCOME_NO_TARGET,
      "本机 IP 不在应用的可信名单 this address is not in the application's trusted list" },
    { 60011, NOTIFY_OUTCOME_NO_TARGET, "应用不能发给这些人 no right to these receivers" },
    { 60111, NOTIFY_OUTCOME_NO_TARGET, "接收人不存在 there is no such user" },
    { 81013, NOTIFY_OUTCOME_NO_TARGET, "接收人全部无效 no receiver is valid" },
    { 82001, NOTIFY_OUTCOME_NO_TARGET, "没有接收人 no receiver is set" },
    /* this message */
    { 40058, NOTIFY_OUTCOME_TOO_LONG, "参数不合法或内容过长 a value is wrong or too long" },
    { 45002, NOTIFY_OUTCOME_TOO_LONG, "内容过长 the content is too long" },
    { 40008, NOTIFY_OUTCOME_REFUSED, "消息类型不合法 the message type is not known" },
    { 44004, NOTIFY_OUTCOME_REFUSED, "内容为空 the content is empty" },
};

static const struct notify_code *notify_outcome_code(int64_t errcode)
{
    for (size_t i = 0; i < sizeof(notify_codes) / sizeof(notify_codes[0]); i++) {
        if (notify_codes[i].errcode == errcode)
            return &notify_codes[i];
    }
    return NULL;
}

/* By the status alone: the body is no answer of WeCom. 504 comes from a gateway that gave up
 * waiting for it, so it may have taken the message. */
static enum notify_outcome notify_outcome_status(int status)
{
    if (status == 504 || (status >= 200 && status < 300))
        return NOTIFY_OUTCOME_UNKNOWN;
    if (status == 429)
        return NOTIFY_OUTCOME_THROTTLED;
    return status >= 500 || status == 408 ? NOTIFY_OUTCOME_DOWN : NOTIFY_OUTCOME_NO_TARGET;
}

static enum notify_outcome notify_outcome_plain(const struct notify_answer *answer)
{
    const struct notify_code *code = notify_outcome_code(answer->errcode);

    if (answer->no_address)
        return NOTIFY_OUTCOME_NO_TARGET;
    if (!answer->sent)
        return NOTIFY_OUTCOME_DOWN;
    if (!answer->answered)
        return NOTIFY_OUTCOME_UNKNOWN;
    if (answer->status != 200 || !answer->understood)
        return notify_outcome_status(answer->status);
    if (answer->errcode == 0)
        return NOTIFY_OUTCOME_DELIVERED;
    return code ? code->outcome : NOTIFY_OUTCOME_DOWN;
}

enum notify_outcome notify_outcome_of(const struct notify_answer *answer)
{
    enum notify_outcome outcome = notify_outcome_plain(answer);

    /* Whatever became of asking for a token, the message has not gone out. */
    if (answer->token && (outcome == NOTIFY_OUTCOME_UNKNOWN || outcome == NOTIFY_OUTCOME_DELIVERED))
        return NOTIFY_OUTCOME_DOWN;
    return outcome;
}

struct str notify_outcome_reason(struct arena *arena, const struct notify_answer *answer)
{
    const struct notify_code *code = notify_outcome_code(answer->errcode);
    enum notify_outcome outcome = notify_outcome_of(answer);
    const char *asked = answer->token ? "取令牌 gettoken: " : "";

    if (outcome == NOTIFY_OUTCOME_DELIVERED)
        return answer->unheard.size == 0 ? STR_NONE
                                         : arena_format(arena, "未送达部分接收人 not reached: %.*s",
                                                        STR_ARG(answer->unheard));
    if (outcome == NOTIFY_OUTCOME_UNKNOWN && answer->answered)
        return arena_format(arena, "%s (HTTP %d)", notify_outcome_doubt, answer->status);
    if (outcome == NOTIFY_OUTCOME_UNKNOWN)
        return arena_format(arena, "%s (%.*s)", notify_outcome_doubt, STR_ARG(answer->why));
    if (!answer->answered)
        return arena_format(arena, "%s连不上企业微信 WeCom is not reached: %.*s", asked,
                            STR_ARG(answer->why));
    if (!answer->understood || answer->status != 200)
        return arena_format(arena, "%s企业微信答复 WeCom answered HTTP %d", asked, answer->status);
    return arena_format(arena, "%s%s (WeCom errcode %lld)", asked,
                        code ? code->text : "企业微信拒绝 WeCom refused",
                        (long long)answer->errcode);
}

/* ---- what becomes of the address ---- */

static int64_t notify_outcome_grown(int64_t first_ms, int64_t max_ms, int64_t strikes)
{
    int64_t delay = first_ms;

    for (int64_t i = 0; i < strikes && delay < max_ms; i++)
        delay *= 2;
    return delay < max_ms ? delay : max_ms;
}

static int64_t notify_outcome_delay(enum notify_outcome outcome, int64_t strikes)
{
    switch (outcome) {
    case NOTIFY_OUTCOME_THROTTLED:
        return NOTIFY_THROTTLED_MS;
    case NOTIFY_OUTCOME_BUSY:
        return NOTIFY_BUSY_MS * (strikes + 1 < 3 ? strikes + 1 : 3);
    case NOTIFY_OUTCOME_DOWN:
        return notify_outcome_grown(NOTIFY_DOWN_MS, NOTIFY_DOWN_MAX_MS, strikes);
    case NOTIFY_OUTCOME_UNKNOWN:
        return notify_outcome_grown(NOTIFY_DOUBT_MS, NOTIFY_DOUBT_MAX_MS, strikes);
    case NOTIFY_OUTCOME_NONE:
    case NOTIFY_OUTCOME_DELIVERED:
    case NOTIFY_OUTCOME_TOKEN:
    case NOTIFY_OUTCOME_TOO_LONG:
    case NOTIFY_OUTCOME_NO_TARGET:
    case NOTIFY_OUTCOME_REFUSED:
        break;
    }
    return 0;
}

struct notify_pause notify_outcome_pause(enum notify_outcome outcome, int64_t strikes,
                                         int64_t now_ms)
{
    int64_t delay_ms = notify_outcome_delay(outcome, strikes);

    CHECK(outcome != NOTIFY_OUTCOME_NONE);
    if (delay_ms == 0) /* whatever it answered, it is there */
        return (struct notify_pause){ .until_ms = 0 };
    return (struct notify_pause){
        .until_ms = now_ms + delay_ms,
        .strikes = strikes + 1,
        .doubt = outcome == NOTIFY_OUTCOME_UNKNOWN,
    };
}

/* ---- what becomes of one alert ---- */

enum notify_end notify_outcome_end(enum notify_outcome outcome, const struct notify_past *past)
{
    bool again = past->attempts < past->attempts_max;

    switch (outcome) {
    case NOTIFY_OUTCOME_DELIVERED:
        return NOTIFY_END_TOLD;
    case NOTIFY_OUTCOME_THROTTLED:
    case NOTIFY_OUTCOME_DOWN:
        break;
    case NOTIFY_OUTCOME_BUSY:
    case NOTIFY_OUTCOME_TOKEN:
        again = again && past->busy + 1 < NOTIFY_BUSY_MAX;
        break;
    case NOTIFY_OUTCOME_TOO_LONG:
        again = again && !past->cut;
        break;
    case NOTIFY_OUTCOME_NO_TARGET:
        return past->fallback && past->hops < NOTIFY_HOPS_MAX ? NOTIFY_END_FALLBACK
                                                              : NOTIFY_END_GIVEN_UP;
    case NOTIFY_OUTCOME_NONE:
    case NOTIFY_OUTCOME_REFUSED:
    case NOTIFY_OUTCOME_UNKNOWN:
        return NOTIFY_END_GIVEN_UP;
    }
    return again ? NOTIFY_END_AGAIN : NOTIFY_END_GIVEN_UP;
}
