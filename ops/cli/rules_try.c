/* rules_try — see rules_try.h. Here: counting. */
#include "cli/rules_try.h"

void rules_tally_init(struct rules_tally *tally, struct arena *arena, size_t examples_max)
{
    *tally = (struct rules_tally){
        .arena = arena,
        .examples_max = examples_max,
        .words = map_open(arena),
        .rules = map_open(arena),
        .changes = map_open(arena),
    };
}

static void rules_tally_count(struct rules_tally *tally, struct map *rows, struct str name,
                              enum rules_side side)
{
    struct rules_tally_row *row = map_get(rows, name);

    if (!row) {
        row = ARENA_NEW(tally->arena, struct rules_tally_row);
        map_put(rows, arena_copy(tally->arena, name), row);
    }
    row->orders[side]++;
}

static struct rules_change *rules_tally_change(struct rules_tally *tally, struct arena *scratch,
                                               const struct rules_outcome *was,
                                               const struct rules_outcome *would)
{
    struct str key =
        arena_format(scratch, "%.*s\x1f%.*s", STR_ARG(was->word), STR_ARG(would->word));
    struct rules_change *change = map_get(tally->changes, key);

    if (!change) {
        change = ARENA_NEW(tally->arena, struct rules_change);
        change->was = arena_copy(tally->arena, was->word);
        change->would = arena_copy(tally->arena, would->word);
        change->examples = ARENA_ARRAY(tally->arena, struct rules_example, tally->examples_max);
        map_put(tally->changes, arena_copy(tally->arena, key), change);
    }
    return change;
}

static bool rules_tally_same(const struct rules_outcome *a, const struct rules_outcome *b)
{
    if (!str_eq(a->word, b->word) || a->rule_count != b->rule_count)
        return false;
    for (size_t i = 0; i < a->rule_count; i++)
        if (!str_eq(a->rules[i], b->rules[i]))
            return false;
    return true;
}

static void rules_tally_differs(struct rules_tally *tally, const struct rules_page *page, size_t i)
{
    const struct rules_outcome *was = &page->outcomes[RULES_SIDE_NOW][i];
    const struct rules_outcome *would = &page->outcomes[RULES_SIDE_DRAFT][i];
    struct rules_change *change = rules_tally_change(tally, page->arena, was, would);

    change->orders++;
    if (change->example_count == tally->examples_max)
        return;
    change->examples[change->example_count++] = (struct rules_example){
        .order_id = arena_copy(tally->arena, page->rows[i].order_id),
        .actual = arena_copy(tally->arena, page->actual[i]),
        .why = arena_copy(tally->arena, would->why.size > 0 ? would->why : was->why),
    };
}

void rules_tally_add(struct rules_tally *tally, const struct rules_page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        if (page->outcomes[RULES_SIDE_NOW][i].word.size == 0)
            continue;
        tally->orders++;
        for (enum rules_side side = RULES_SIDE_NOW; side < RULES_SIDES; side++) {
            const struct rules_outcome *outcome = &page->outcomes[side][i];

            rules_tally_count(tally, tally->words, outcome->word, side);
            for (size_t r = 0; r < outcome->rule_count; r++)
                rules_tally_count(tally, tally->rules, outcome->rules[r], side);
        }
        if (rules_tally_same(&page->outcomes[RULES_SIDE_NOW][i],
                             &page->outcomes[RULES_SIDE_DRAFT][i]))
            tally->same++;
        else
            rules_tally_differs(tally, page, i);
    }
}
