#include "cli/topics_work.h"

bool topics_work_open(struct topics_work *work, struct err *err)
{
    struct arena *arena = work->cli->arena;

    return topics_load(arena, &work->wanted, err)
           && kafka_admin_open(&work->admin, work->cli->config, err)
           && kafka_topic_list(work->admin, arena, &work->present, &work->present_count, err)
           && kafka_topic_settings(work->admin, arena, work->present, work->present_count, err);
}

void topics_work_close(struct topics_work *work)
{
    kafka_admin_close(work->admin);
}

struct kafka_topic *topics_work_present(const struct topics_work *work, struct str name)
{
    for (size_t i = 0; i < work->present_count; i++)
        if (str_eq(work->present[i].name, name))
            return &work->present[i];
    return NULL;
}
