/* message — see message.h. */
#include "domain/message.h"

#include "base/check.h"

struct str message_header(const struct message *message, const char *name)
{
    struct str wanted = str_of(name);

    for (size_t i = 0; i < message->header_count; i++) {
        if (str_eq(message->headers[i].name, wanted))
            return message->headers[i].value;
    }
    return STR_NONE;
}

void message_put_header(struct message *message, struct str name, struct str value)
{
    CHECK(message->header_count < MESSAGE_HEADERS_MAX);
    message->headers[message->header_count++] = (struct header){ .name = name, .value = value };
}
