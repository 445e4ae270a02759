/* migrations — see migrations.h. The table is made from sql/migrations by the build. */
#include "store/migrations.h"

#include "migrations_embedded.h"

const struct migration *migrations_at(size_t i)
{
    return i < sizeof(migrations_all) / sizeof(migrations_all[0]) ? &migrations_all[i] : NULL;
}

int64_t migrations_newest(void)
{
    return migrations_all[sizeof(migrations_all) / sizeof(migrations_all[0]) - 1].version;
}
