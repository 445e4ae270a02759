/* What WeCom reads and answers, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/wecom_codec.h"

static int setup(void **state)
{
    *state = arena_open(8 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_close(*state);
    return 0;
}

static void a_robot_message_is_escaped_and_nothing_more(void **state)
{
    assert_true(str_is(wecom_encode_markdown(*state, STR("**拦\"截**\n> a\\b")),
                       "{\"msgtype\":\"markdown\",\"markdown\":{\"content\":"
                       "\"**拦\\\"截**\\n> a\\\\b\"}}"));
}

static void an_application_message_may_be_sent_twice(void **state)
{
    struct wecom_app_message message = { .touser = STR("zhang|li"), .agentid = 1000002,
                                         .content = STR("x") };
    struct str one = wecom_encode_app(*state, &message);

    assert_true(str_is(one, "{\"touser\":\"zhang|li\",\"agentid\":1000002,\"msgtype\":\"markdown\","
                            "\"markdown\":{\"content\":\"x\"},\"enable_duplicate_check\":1,"
                            "\"duplicate_check_interval\":14400}"));
    assert_true(str_eq(one, wecom_encode_app(*state, &message)));
}

static void an_answer_tells_what_became_of_it(void **state)
{
    struct wecom_answer answer;

    assert_true(wecom_decode_answer(*state, STR("{\"errcode\":0,\"errmsg\":\"ok\"}"), &answer));
    assert_int_equal(answer.errcode, 0);
    assert_false(answer.warned);
    assert_int_equal(answer.unheard.size, 0);
    assert_true(wecom_decode_answer(*state, STR("{\"errcode\":-1,\"errmsg\":\"system busy\"}"),
                                    &answer));
    assert_int_equal(answer.errcode, -1);
    assert_true(wecom_decode_answer(*state, STR("{\"errcode\":0,\"errmsg\":\"ok. Warning: wrong "
                                                "json format. \"}"),
                                    &answer));
    assert_true(answer.warned);
    assert_true(wecom_decode_answer(
        *state, STR("{\"errcode\":0,\"errmsg\":\"ok\",\"invaliduser\":\"a|b\",\"invalidparty\":"
                    "\"\",\"unlicenseduser\":\"c\",\"msgid\":\"x\"}"),
        &answer));
    assert_true(str_is(answer.unheard, "user a|b, unlicensed c"));
    assert_true(wecom_decode_answer(
        *state, STR("{\"errcode\":0,\"access_token\":\"t-1\",\"expires_in\":7200}"), &answer));
    assert_true(str_is(answer.token, "t-1"));
    assert_int_equal(answer.expires_in_s, 7200);
}

static void what_is_no_answer_is_not_understood(void **state)
{
    static const char *const bodies[] = { "", "ok", "[]", "{}", "{\"errcode\":null}",
                                          "{\"errcode\":0.5}", "<html>502</html>",
                                          "{\"errcode\":0,\"errmsg\":\"ok\"", "{\"errcode\":0}{}" };
    struct wecom_answer answer = { .errcode = 77 };

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        assert_false(wecom_decode_answer(*state, str_of(bodies[i]), &answer));
    assert_int_equal(answer.errcode, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_robot_message_is_escaped_and_nothing_more),
        cmocka_unit_test(an_application_message_may_be_sent_twice),
        cmocka_unit_test(an_answer_tells_what_became_of_it),
        cmocka_unit_test(what_is_no_answer_is_not_understood),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
