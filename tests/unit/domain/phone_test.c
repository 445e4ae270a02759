/* phone: numbers as people and platforms write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/phone.h"

struct phone_row {
    const char *phone;
    enum phone_fault fault;
};

static void check_rows(const struct phone_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum phone_fault fault = phone_judge(str_of(rows[i].phone), false);

        if (fault != rows[i].fault)
            fail_msg("%s: %s, not %s", rows[i].phone, phone_fault_name(fault),
                     phone_fault_name(rows[i].fault));
    }
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof(rows)[0])

static void good_numbers(void **state)
{
    static const struct phone_row rows[] = {
        { "13900001234", PHONE_FAULT_NONE },
        { " 139 0000 1234 ", PHONE_FAULT_NONE },
        { "139-0000-1234", PHONE_FAULT_NONE },
        { "+8613900001234", PHONE_FAULT_NONE },
        { "+86 139 0000 1234", PHONE_FAULT_NONE },
        { "+86-13900001234", PHONE_FAULT_NONE },
        { "008613900001234", PHONE_FAULT_NONE },
        { "8613900001234", PHONE_FAULT_NONE },
        { "86-13900001234", PHONE_FAULT_NONE },
        { "013900001234", PHONE_FAULT_NONE },
        { "１３９００００１２３４", PHONE_FAULT_NONE },
        { "13900001234/13900005678", PHONE_FAULT_NONE },
        { "手机13900001234", PHONE_FAULT_NONE },
        { "19200001234", PHONE_FAULT_NONE },
        { "13888888888", PHONE_FAULT_NONE }, /* dear, but somebody's */
        { "010-60001234", PHONE_FAULT_NONE },
        { "(010)60001234", PHONE_FAULT_NONE },
        { "01060001234", PHONE_FAULT_NONE },
        { "0571-86001234", PHONE_FAULT_NONE },
        { "0571-86001234-801", PHONE_FAULT_NONE },
        { "0571-86001234转801", PHONE_FAULT_NONE },
        { "0571-86001234 ext 801", PHONE_FAULT_NONE },
        { "021-60001234x12", PHONE_FAULT_NONE },
        { "0998-2001234", PHONE_FAULT_NONE },
        { "+86 571 86001234", PHONE_FAULT_NONE },
        { "86001234", PHONE_FAULT_NONE },
        { "8600123", PHONE_FAULT_NONE },
        { "400-800-1234", PHONE_FAULT_NONE },
        { "4008001234", PHONE_FAULT_NONE },
        { "800-810-1234", PHONE_FAULT_NONE },
        { "400-800-1234转1", PHONE_FAULT_NONE },
        { "+852 9123 4567", PHONE_FAULT_NONE },
        { "852-91234567", PHONE_FAULT_NONE },
        { "0085291234567", PHONE_FAULT_NONE },
        { "+853 6612 3456", PHONE_FAULT_NONE },
        { "+886 912 345 678", PHONE_FAULT_NONE },
        { "886-2-27201234", PHONE_FAULT_NONE },
        { "0912345678", PHONE_FAULT_NONE },
        { "+1 650 253 0000", PHONE_FAULT_NONE },
        { "+81-3-1234-5678", PHONE_FAULT_NONE },
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void numbers_nobody_answers(void **state)
{
    static const struct phone_row rows[] = {
        { "1390000123", PHONE_FAULT_MALFORMED },
        { "139000012345", PHONE_FAULT_MALFORMED },
        { "12345678901", PHONE_FAULT_MALFORMED },
        { "10000000000", PHONE_FAULT_MALFORMED },
        { "11111111111", PHONE_FAULT_MALFORMED },
        { "00000000000", PHONE_FAULT_MALFORMED },
        { "13800000000", PHONE_FAULT_MALFORMED },
        { "88888888888", PHONE_FAULT_MALFORMED },
        { "99999999", PHONE_FAULT_MALFORMED },
        { "10086", PHONE_FAULT_MALFORMED },
        { "0", PHONE_FAULT_MALFORMED },
        { "-", PHONE_FAULT_MALFORMED },
        { "无", PHONE_FAULT_MALFORMED },
        { "abc13900001234", PHONE_FAULT_MALFORMED },
        { "13900001234-1234567", PHONE_FAULT_MALFORMED },
        { "139000012341390000123413900001234", PHONE_FAULT_MALFORMED },
        { "+86", PHONE_FAULT_MALFORMED },
        { "0571-860012", PHONE_FAULT_MALFORMED },
        { "\xff\xfe\xe5", PHONE_FAULT_MALFORMED },
        { "", PHONE_FAULT_EMPTY },
        { "   ", PHONE_FAULT_EMPTY },
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void virtual_and_hidden_ones(void **state)
{
    static const struct phone_row rows[] = {
        { "13900001234-5678", PHONE_FAULT_VIRTUAL },
        { "13900001234-567", PHONE_FAULT_VIRTUAL },
        { "13900001234,5678", PHONE_FAULT_VIRTUAL },
        { "13900001234转5678", PHONE_FAULT_VIRTUAL },
        { "13900001234，5678", PHONE_FAULT_VIRTUAL },
        { "+86 13900001234-5678", PHONE_FAULT_VIRTUAL },
        { "17012345678", PHONE_FAULT_VIRTUAL },
        { "17112345678", PHONE_FAULT_VIRTUAL },
        { "16212345678", PHONE_FAULT_VIRTUAL },
        { "16512345678", PHONE_FAULT_VIRTUAL },
        { "16712345678", PHONE_FAULT_VIRTUAL },
        { "139****1234", PHONE_FAULT_HIDDEN },
        { "1********00", PHONE_FAULT_HIDDEN },
        { "$$abc=*def$1$$", PHONE_FAULT_HIDDEN },
    };

    (void)state;
    CHECK_ROWS(rows);
    assert_int_equal(phone_judge(STR("13900001234"), true), PHONE_FAULT_HIDDEN);
    assert_int_equal(phone_judge(STR(""), true), PHONE_FAULT_HIDDEN);
    assert_int_equal(phone_judge(STR_NONE, false), PHONE_FAULT_EMPTY);
}

static void names_go_there_and_back(void **state)
{
    (void)state;
    for (int fault = PHONE_FAULT_HIDDEN; fault <= PHONE_FAULT_VIRTUAL; fault++)
        assert_int_equal(phone_fault_of(str_of(phone_fault_name((enum phone_fault)fault))), fault);
    assert_string_equal(phone_fault_name(PHONE_FAULT_NONE), "none");
    assert_int_equal(phone_fault_of(STR("odd")), PHONE_FAULT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_numbers),
        cmocka_unit_test(numbers_nobody_answers),
        cmocka_unit_test(virtual_and_hidden_ones),
        cmocka_unit_test(names_go_there_and_back),
    };

    return cmocka_run_group_tests_name("phone", tests, NULL, NULL);
}
