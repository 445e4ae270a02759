/* address: judged addresses that a shop manager can read (tests/cases/address), and any bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "case_file.h"
#include "domain/address.h"

#define ADDRESS_CASES_MIN 150
#define ADDRESS_FINE_MIN  100

struct tally {
    size_t count, fine, wrong;
};

static struct str said(struct str word)
{
    return str_is(word, "-") ? STR_NONE : word;
}

/* The words from the i-th on, with the spaces between them. */
static struct str text_from(const struct case_line *line, size_t i)
{
    struct str first = case_word(line, i), last = line->words[line->count - 1];

    return first.size == 0 ? STR_NONE
                           : (struct str){ .data = first.data,
                                           .size = (size_t)(last.data + last.size - first.data) };
}

static bool is_fact(const struct case_line *line)
{
    return str_is(case_word(line, 0), "street") || str_is(case_word(line, 0), "masked")
           || str_is(case_word(line, 0), "cipher");
}

static void take_given(const struct case_line *line, struct order_receiver *receiver)
{
    if (str_is(case_word(line, 0), "street"))
        receiver->street = case_word(line, 1);
    else if (str_is(case_word(line, 0), "masked"))
        receiver->masked = true;
    else if (str_is(case_word(line, 0), "cipher"))
        receiver->cipher = STR("{\"receiver\":\"##x##\"}");
    else
        *receiver = (struct order_receiver){
            .province = said(case_word(line, 0)),
            .city = said(case_word(line, 1)),
            .district = said(case_word(line, 2)),
            .address = said(text_from(line, 3)),
        };
}

static void check_then(const struct case_file *file, const struct case_line *line,
                       const struct order_receiver *receiver, struct tally *tally)
{
    struct address_judgement judgement = address_judge(receiver);
    struct str wanted = case_word(line, 0);
    bool fine = str_is(wanted, "fine");
    const char *name = address_fault_name(judgement.fault);

    tally->count++;
    tally->fine += fine;
    if (fine ? judgement.fault == ADDRESS_FAULT_NONE : str_is(wanted, name)) {
        assert_true(str_eq(judgement.evidence, case_word(line, 1)));
        return;
    }
    tally->wrong++;
    (void)fprintf(stderr, "%s:%d: %.*s %.*s: %s (%.*s)\n", file->path, line->number,
                  STR_ARG(receiver->district), STR_ARG(receiver->address), name,
                  STR_ARG(judgement.evidence));
}

static void the_cases(void **state)
{
    struct arena *arena = arena_open(16 << 20);
    struct case_file *files = NULL;
    size_t count = case_file_load(arena, "tests/cases/address", &files);
    struct tally tally = { 0 };

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct order_receiver receiver = { 0 };

        for (size_t k = 0; k < files[i].count; k++) {
            const struct case_line *line = &files[i].lines[k];

            if (line->then)
                check_then(&files[i], line, &receiver, &tally);
            else
                take_given(line, &receiver);
            assert_true(line->count > 0 && (line->then || is_fact(line) || line->count >= 4));
        }
    }
    assert_true(tally.count >= ADDRESS_CASES_MIN);
    assert_true(tally.fine >= ADDRESS_FINE_MIN);
    assert_int_equal(tally.wrong, 0);
    arena_close(arena);
}

/* Cut, reversed and broken bytes: a judgement comes back, and nothing outside is read. */
static void any_bytes(void **state)
{
    static const char text[] = "浙江省杭州市西湖区文三路９０号3幢２单元501 13900001234学校门口";
    char bytes[sizeof text];

    (void)state;
    for (size_t from = 0; from < sizeof text; from++) {
        for (size_t size = 0; from + size < sizeof text; size++) {
            struct order_receiver receiver = {
                .province = STR("浙江省"),
                .address = { .data = text + from, .size = size },
            };
            enum address_fault fault = address_judge(&receiver).fault;

            assert_in_range(fault, ADDRESS_FAULT_NONE, ADDRESS_FAULT_REGION_MISSING);
        }
    }
    for (int seed = 1; seed < 256; seed++) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)((i * 131 + (size_t)seed * 17) * (size_t)seed >> 2);
        struct order_receiver receiver = {
            .province = { .data = bytes, .size = 9 },
            .city = { .data = bytes + 3, .size = 20 },
            .district = { .data = bytes + 1, .size = sizeof bytes - 1 },
            .address = { .data = bytes, .size = sizeof bytes },
        };

        assert_int_not_equal(address_judge(&receiver).fault, ADDRESS_FAULT_CONTRADICTION);
    }
}

/* The evidence is a region's name in the receiver itself, never a street. */
static void evidence_is_borrowed(void **state)
{
    struct order_receiver receiver = {
        .province = STR("浙江省"),
        .city = STR("杭州市"),
        .district = STR("西湖区"),
        .address = STR("江苏省南京市鼓楼区中山路1号"),
    };
    struct address_judgement judgement = address_judge(&receiver);

    (void)state;
    assert_int_equal(judgement.fault, ADDRESS_FAULT_CONTRADICTION);
    assert_ptr_equal(judgement.evidence.data, receiver.address.data);
    assert_true(str_is(judgement.evidence, "江苏省"));
    receiver.address = STR("学校门口");
    judgement = address_judge(&receiver);
    assert_int_equal(judgement.fault, ADDRESS_FAULT_LANDMARK);
    assert_int_equal(judgement.evidence.size, 0);
}

static void names_go_there_and_back(void **state)
{
    (void)state;
    for (int fault = ADDRESS_FAULT_HIDDEN; fault <= ADDRESS_FAULT_REGION_MISSING; fault++) {
        assert_int_equal(address_fault_of(str_of(address_fault_name((enum address_fault)fault))),
                         fault);
        assert_int_equal(address_is_fault((enum address_fault)fault),
                         fault != ADDRESS_FAULT_HIDDEN);
    }
    assert_false(address_is_fault(ADDRESS_FAULT_NONE));
    assert_int_equal(address_fault_of(STR("odd")), ADDRESS_FAULT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cases),
        cmocka_unit_test(any_bytes),
        cmocka_unit_test(evidence_is_borrowed),
        cmocka_unit_test(names_go_there_and_back),
    };

    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
