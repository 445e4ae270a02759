/* rules_keeper_test — which version is in force, whatever is published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/rules_codec.h"
#include "runtime/rules_keeper.h"

/* The anomaly set is shipped; this test's language knows its name and little else. */
static const struct rule_field fields[] = {
    { .name = "order.total", .type = RULE_TYPE_MONEY },
    { .name = NULL },
};
static const struct rule_language strange = {
    .set = "no_such_set",
    .fields = fields,
    .actions = (const char *const[]){ "hold", NULL },
};

/* The versions that were published: [1] is version 1. NULL: none of that number. */
static const char *published[8];
static int reads_fail;
static bool older_fails;

static bool source_find(int64_t from, int64_t step, int64_t end, struct rule_text *text_out,
                        struct err *err)
{
    if (reads_fail > 0) {
        reads_fail--;
        return err_set(err, ERR_RETRY, "PostgreSQL is away");
    }
    *text_out = (struct rule_text){ .version = 0 };
    for (int64_t i = from; i != end; i += step) {
        if (i > 0 && i < 8 && published[i]) {
            *text_out = (struct rule_text){ .version = i, .body = str_of(published[i]) };
            return true;
        }
    }
    return true;
}

static bool source_newest(void *store, struct arena *arena, struct str set, int64_t above,
                          struct rule_text *text_out, struct err *err)
{
    (void)store;
    (void)arena;
    assert_true(str_is(set, "no_such_set"));
    return source_find(7, -1, above, text_out, err);
}

static bool source_older(void *store, struct arena *arena, struct str set, int64_t below,
                         struct rule_text *text_out, struct err *err)
{
    (void)store;
    (void)arena;
    (void)set;
    if (older_fails)
        return err_set(err, ERR_RETRY, "PostgreSQL is away");
    return source_find(below - 1, -1, 0, text_out, err);
}

static const struct rule_source source = { .newest = source_newest, .older = source_older };

/* What was made of the sets, and whether the next is to be refused. */
static struct {
    size_t made;
    bool refuses;
    const struct rule_set *set;
} worker;

static bool make(void *state, struct arena *arena, const struct rule_set *set, struct err *err)
{
    assert_ptr_equal(state, &worker);
    assert_non_null(arena);
    if (worker.refuses)
        return err_set(err, ERR_REJECT, "a tariff of nobody");
    worker.made++;
    worker.set = set;
    return true;
}

#define GOOD "{\"set\":\"no_such_set\"}"
#define BAD  "{\"set\":\"no_such_set\",\"rulez\":[]}"

static struct rules_keeper *keeper;

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < 8; i++)
        published[i] = NULL;
    reads_fail = 0;
    older_fails = false;
    worker.made = 0;
    worker.refuses = false;
    keeper = rules_keeper_open(&strange, source, make, &worker);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rules_keeper_close(keeper);
    return 0;
}

static void takes(bool changes, const char *version)
{
    struct err err = { 0 };
    bool changed = !changes;

    if (!rules_keeper_take(keeper, &changed, &err))
        fail_msg("%s", err.text);
    assert_int_equal(changed, changes);
    assert_true(str_is(rules_keeper_set(keeper)->version, version));
    assert_ptr_equal(worker.set, rules_keeper_set(keeper));
}

static void the_newest_is_taken_once(void **state)
{
    (void)state;
    published[1] = published[2] = GOOD;
    takes(true, "no_such_set/2");
    takes(false, "no_such_set/2");
    assert_int_equal(worker.made, 1);
    published[3] = GOOD;
    takes(true, "no_such_set/3");
    assert_int_equal(rules_keeper_broken(keeper), 0);
}

static void a_broken_one_changes_nothing(void **state)
{
    (void)state;
    published[1] = GOOD;
    takes(true, "no_such_set/1");
    published[2] = BAD;
    takes(false, "no_such_set/1");
    takes(false, "no_such_set/1");
    assert_int_equal(rules_keeper_broken(keeper), 1); /* looked at once, not at every batch */
    published[3] = GOOD;
    takes(true, "no_such_set/3");
}

static void what_the_worker_refuses_changes_nothing(void **state)
{
    (void)state;
    published[1] = GOOD;
    takes(true, "no_such_set/1");
    published[2] = GOOD;
    worker.refuses = true;
    takes(false, "no_such_set/1");
    assert_int_equal(rules_keeper_broken(keeper), 1);
}

/* As the replicas that met the broken one while they ran. */
static void a_fresh_process_takes_the_newest_that_can_be_used(void **state)
{
    (void)state;
    published[1] = published[2] = GOOD;
    published[3] = published[5] = BAD;
    takes(true, "no_such_set/2");
    assert_int_equal(rules_keeper_broken(keeper), 1);
}

/* Version 2 came and went between two looks of this replica; others hold it. */
static void behind_a_broken_one_the_newest_that_can_be_used_is_taken(void **state)
{
    (void)state;
    published[1] = GOOD;
    takes(true, "no_such_set/1");
    published[2] = GOOD;
    published[3] = BAD;
    takes(true, "no_such_set/2");
    assert_int_equal(rules_keeper_broken(keeper), 1);
    takes(false, "no_such_set/2");
    published[4] = published[5] = BAD;
    takes(false, "no_such_set/2");
    assert_int_equal(worker.made, 2); /* what is in force is not made again */
}

static void a_store_that_goes_away_behind_a_broken_one_is_asked_again(void **state)
{
    struct err err = { 0 };

    (void)state;
    published[1] = GOOD;
    takes(true, "no_such_set/1");
    published[2] = GOOD;
    published[3] = BAD;
    older_fails = true;
    assert_false(rules_keeper_take(keeper, NULL, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_int_equal(rules_keeper_version(keeper), 1);
    older_fails = false;
    takes(true, "no_such_set/2");
}

static void a_store_that_is_away_is_asked_again(void **state)
{
    struct err err = { 0 };

    (void)state;
    published[1] = GOOD;
    reads_fail = 1;
    assert_false(rules_keeper_take(keeper, NULL, &err));
    assert_int_equal(err.class, ERR_RETRY);
    assert_null(rules_keeper_set(keeper));
    takes(true, "no_such_set/1");
}

static void without_any_that_can_be_used_the_shipped_one_is_needed(void **state)
{
    struct err err = { 0 };

    (void)state;
    published[1] = BAD;
    assert_false(rules_keeper_take(keeper, NULL, &err)); /* nothing is shipped for this set */
    assert_int_equal(err.class, ERR_FATAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_newest_is_taken_once),
        TEST(a_broken_one_changes_nothing),
        TEST(what_the_worker_refuses_changes_nothing),
        TEST(a_fresh_process_takes_the_newest_that_can_be_used),
        TEST(behind_a_broken_one_the_newest_that_can_be_used_is_taken),
        TEST(a_store_that_goes_away_behind_a_broken_one_is_asked_again),
        TEST(a_store_that_is_away_is_asked_again),
        TEST(without_any_that_can_be_used_the_shipped_one_is_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
