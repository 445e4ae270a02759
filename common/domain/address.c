/* address — see address.h. */
#include "domain/address.h"

#include <stddef.h>

#include "domain/address_text.h"
#include "domain/names.h"
#include "domain/region.h"

#define ADDRESS_SIZE_MAX  1024 /* bytes that are read: no address is longer */
#define ADDRESS_CHAIN_MAX 6    /* names of regions at the start of a text; people repeat them */

static const char *const address_fault_texts[] = {
    [ADDRESS_FAULT_HIDDEN] = "hidden",
    [ADDRESS_FAULT_EMPTY] = "empty",
    [ADDRESS_FAULT_NO_NUMBER] = "no_number",
    [ADDRESS_FAULT_LANDMARK] = "landmark",
    [ADDRESS_FAULT_CONTRADICTION] = "contradiction",
    [ADDRESS_FAULT_REGION_MISSING] = "region_missing",
};

static const struct names address_fault_names = NAMES(address_fault_texts);

const char *address_fault_name(enum address_fault fault)
{
    return names_get(&address_fault_names, (size_t)fault);
}

enum address_fault address_fault_of(struct str name)
{
    return (enum address_fault)names_find(&address_fault_names, name);
}

bool address_is_fault(enum address_fault fault)
{
    return fault != ADDRESS_FAULT_NONE && fault != ADDRESS_FAULT_HIDDEN;
}

/* --- the regions that the text itself names -------------------------------------------------- */

struct address_chain {
    const struct region *place; /* what the fields say; then the text, where it is more exact */
    const struct region *last;  /* the last region that the text named */
    struct str rest;            /* behind its names */
    struct str contradiction;   /* the name that lies elsewhere */
    bool named;                 /* nothing stands between the names and the rest */
};

static struct str address_behind(struct str text, struct str part)
{
    return (struct str){ .data = text.data + part.size, .size = text.size - part.size };
}

/* 北京路, 中山市场, 沙县小吃: what follows makes it a name of something else. */
static bool address_is_other_name(struct str after)
{
    static const char *const words[] = { "路",   "街",   "大道", "道",   "巷",     "弄",   "胡同",
                                         "场",   "小吃", "商会", "会馆", "办事处", "驻",   "镇",
                                         "乡",   "村",   "公园", "大厦", "酒店",   "宾馆", "饭店",
                                         "花园", "小区", "广场", "桥",   "站",     "里",   "庄" };

    if (region_mention(after).count > 0)
        return false; /* 哈尔滨市道里区 */
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (str_starts(after, str_of(words[i])))
            return true;
    }
    return false;
}

/* A short name is one of a region only when one that lies in it follows at once: 杭州西湖区. */
static bool address_is_followed(struct region_mention mention, struct str after)
{
    struct region_mention next = region_mention(address_text_trim(after));

    for (size_t i = 0; i < next.count; i++) {
        const struct region *inner = region_mention_place(next, i, NULL);

        for (size_t k = 0; k < mention.count; k++) {
            const struct region *outer = region_mention_place(mention, k, NULL);

            if (inner != outer && region_within(inner, outer))
                return true;
        }
    }
    return false;
}

/* May the text say `said` where the fields say `place`? What is in it or around it may. Districts
 * of one city whose borders moved lately, and what an old edition calls otherwise, may too. */
static bool address_is_compatible(const struct region *said, const struct region *place)
{
    if (!place || region_within(said, place) || region_within(place, said))
        return true;
    if (said->former || place->former)
        return region_province(said) == region_province(place);
    return region_parent(said) == region_parent(place) && said->level == place->level
           && (said->recent || place->recent);
}

/* The place of that name in what the text said before: 石家庄市桥西区 is not 邢台's. */
static const struct region *address_inside(struct region_mention mention,
                                           const struct region *outer)
{
    for (size_t i = 0; i < mention.count; i++) {
        const struct region *said = region_mention_place(mention, i, NULL);

        if (said != outer && region_within(said, outer))
            return said;
    }
    return NULL;
}

/* The place of that name that fits best: in what the text said before, else with the fields. */
static const struct region *address_choose(const struct address_chain *chain,
                                           struct region_mention mention)
{
    const struct region *inside = address_inside(mention, chain->last);

    if (inside && inside->level == REGION_LEVEL_DISTRICT && chain->last->level == REGION_LEVEL_CITY)
        return address_is_compatible(inside, chain->place) ? inside : NULL;
    for (size_t i = 0; i < mention.count; i++) {
        const struct region *said = region_mention_place(mention, i, NULL);

        if (address_is_compatible(said, chain->place))
            return said;
    }
    return NULL;
}

/* Nothing of that name fits. Is that proof? A name that anybody may bear is none, a district that
 * stands alone is only when it is the one of its name, and where nothing is known below it
 * (香港, 东莞) a name proves its province only. */
static bool address_is_proof(const struct address_chain *chain, struct region_mention mention)
{
    const struct region *inside = address_inside(mention, chain->last);
    const struct region *said = inside ? inside : region_mention_place(mention, 0, NULL);

    if (said->former || region_is_generic(mention.text))
        return false;
    if (said->level == REGION_LEVEL_PROVINCE)
        return true;
    if (!chain->place->judged && chain->place->level != REGION_LEVEL_DISTRICT
        && said->level == REGION_LEVEL_DISTRICT)
        return false;
    return inside || said->level == REGION_LEVEL_CITY || mention.count == 1
           || region_parent(said) == region_parent(chain->place);
}

/* Takes one name off; false when the text goes on with something else. */
static bool address_chain_step(struct address_chain *chain)
{
    struct str text = address_text_trim(chain->rest);
    struct region_mention mention = region_mention(text);
    struct str after = address_behind(text, mention.text);
    bool full = false;

    if (mention.count == 0)
        return false;
    (void)region_mention_place(mention, 0, &full);
    if (address_is_other_name(after) || (!full && !address_is_followed(mention, after)))
        return false;
    const struct region *said = address_choose(chain, mention);

    if (!said && chain->place && address_is_proof(chain, mention)) {
        chain->contradiction = mention.text;
        return false;
    }
    if (said) {
        chain->last = said;
        if (!chain->place || (region_within(said, chain->place) && !said->former))
            chain->place = said;
    }
    chain->rest = after;
    chain->named = true;
    return true;
}

/* Takes a name off that the fields have already: a district nobody knows, a street. */
static void address_strip(struct address_chain *chain, struct str name)
{
    struct str text = address_text_trim(chain->rest);

    name = str_trim(name);
    if (name.size == 0 || !str_starts(text, name))
        return;
    chain->rest = address_behind(text, name);
    chain->named = true;
}

/* --- the judgement --------------------------------------------------------------------------- */

/* The field whose name lies elsewhere. */
static struct str address_clash_text(const struct order_receiver *receiver, enum region_level level)
{
    struct str name = level == REGION_LEVEL_CITY ? receiver->city : receiver->district;

    return str_trim(name.size > 0 ? name : receiver->district);
}

static bool address_ends(struct str text, const char *end)
{
    struct str tail = str_of(end);

    return text.size >= tail.size
           && str_eq((struct str){ .data = text.data + text.size - tail.size, .size = tail.size },
                     tail);
}

/* Counties, banners and county-level cities; towns of cities. */
static struct address_setting address_setting(const struct order_receiver *receiver,
                                              const struct address_chain *chain)
{
    struct str street = str_trim(receiver->street);
    struct str name = chain->place ? chain->place->name : STR_NONE;
    const struct region *province = region_province(chain->place);
    int32_t code = province ? province->code / 10000 : 0;
    bool is_district = chain->place && chain->place->level == REGION_LEVEL_DISTRICT;

    return (struct address_setting){
        .rural = address_ends(street, "镇") || address_ends(street, "乡")
                 || address_ends(street, "苏木") || address_ends(street, "农场")
                 || (is_district && !address_ends(name, "区")),
        .remote = code == 54 || code == 63 || code == 65, /* 西藏, 青海, 新疆 */
        .placed = street.size > 0,
        .named = chain->named,
    };
}

/* Does anybody say the city? A municipality is one, and so is what we know nothing below of. */
static bool address_has_city(const struct order_receiver *receiver,
                             const struct address_chain *chain)
{
    if (str_trim(receiver->city).size > 0 || str_trim(receiver->district).size > 0)
        return true;
    if (!chain->place)
        return str_trim(receiver->province).size > 0; /* abroad */
    int32_t code = chain->place->code / 10000;

    return chain->place->level != REGION_LEVEL_PROVINCE || code == 11 || code == 12 || code == 31
           || code == 50 || !chain->place->judged;
}

/* The city is only in the middle of the text: 文三路18号（杭州）. */
static bool address_names_city(struct str text, const struct region *province)
{
    while (text.size >= 6) {
        struct region_mention mention = region_mention(text);

        for (size_t i = 0; i < mention.count; i++) {
            const struct region *said = region_mention_place(mention, i, NULL);

            if (said->level != REGION_LEVEL_PROVINCE
                && (!province || region_within(said, province)))
                return true;
        }
        text.data++;
        text.size--;
    }
    return false;
}

static bool address_is_hidden(const struct order_receiver *receiver)
{
    return receiver->masked || receiver->cipher.size > 0 || str_has(receiver->address, '*')
           || str_starts(receiver->address, STR("##"));
}

static enum address_fault address_fault_of_door(enum address_door door, bool named)
{
    switch (door) {
    case ADDRESS_DOOR_FOUND:
        return ADDRESS_FAULT_NONE;
    case ADDRESS_DOOR_NEAR:
        return ADDRESS_FAULT_LANDMARK;
    case ADDRESS_DOOR_EMPTY:
        return named ? ADDRESS_FAULT_NO_NUMBER : ADDRESS_FAULT_EMPTY;
    case ADDRESS_DOOR_NONE:
        break;
    }
    return ADDRESS_FAULT_NO_NUMBER;
}

static struct address_judgement address_judge_text(const struct order_receiver *receiver)
{
    struct address_chain chain = {
        .place = region_find(receiver->province, receiver->city, receiver->district),
        .rest = str_clip(receiver->address, ADDRESS_SIZE_MAX),
    };
    int steps = 0;

    while (steps < ADDRESS_CHAIN_MAX && address_chain_step(&chain))
        steps++;
    if (chain.contradiction.size > 0)
        return (struct address_judgement){ .fault = ADDRESS_FAULT_CONTRADICTION,
                                           .evidence = chain.contradiction };
    address_strip(&chain, receiver->district);
    address_strip(&chain, receiver->street);
    enum address_fault fault = address_fault_of_door(
        address_text_door(chain.rest, address_setting(receiver, &chain)), chain.named);

    if (fault != ADDRESS_FAULT_EMPTY && !address_has_city(receiver, &chain)
        && !address_names_city(str_clip(receiver->address, ADDRESS_SIZE_MAX), chain.place))
        fault = ADDRESS_FAULT_REGION_MISSING;
    return (struct address_judgement){ .fault = fault };
}

struct address_judgement address_judge(const struct order_receiver *receiver)
{
    struct region_clash clash =
        region_clash(receiver->province, receiver->city, receiver->district);

    if (clash.level != REGION_LEVEL_NONE)
        return (struct address_judgement){
            .fault = ADDRESS_FAULT_CONTRADICTION,
            .evidence = address_clash_text(receiver, clash.level),
        };
    if (address_is_hidden(receiver))
        return (struct address_judgement){ .fault = ADDRESS_FAULT_HIDDEN };
    return address_judge_text(receiver);
}
