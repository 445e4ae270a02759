/*
 * The runtime as a process, on a real broker: batches, crashes, rejects, waiting, rebalances and
 * signals. The worker under test is this program itself, started with --worker (tiny_worker.h).
 */
#include "kafka_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "codec/event_codec.h"
#include "tiny_worker.h"

#define MESSAGES_MAX 4096
#define WORKERS_MAX  2

static struct kafka_fixture fixture;
static struct message messages[MESSAGES_MAX];

/* One test's own corner. */
struct corner {
    char name[64];   /* prefix of its keys */
    char group[64];
    char dir[128];
    pid_t pids[WORKERS_MAX];
    int sent;        /* alerts put in so far */
};

static void corner_path(const struct corner *corner, const char *name, char out[256])
{
    (void)snprintf(out, 256, "%s/%s", corner->dir, name);
}

static struct corner corner_open(const char *name)
{
    struct corner corner = { .sent = 0 };

    (void)snprintf(corner.name, sizeof(corner.name), "%s-%d-", name, getpid());
    (void)snprintf(corner.group, sizeof(corner.group), "rt-%s%d", name, getpid());
    (void)snprintf(corner.dir, sizeof(corner.dir), "/tmp/sluice-runtime-%s", corner.name);
    assert_int_equal(mkdir(corner.dir, 0755), 0);
    fixture_group_to_end(&fixture, corner.group, TOPIC_ALERTS_RAISED);
    return corner;
}

/* Starts the i-th worker; `more` is NAME=value settings, NULL-ended. */
static void corner_start(struct corner *corner, int i, const char *const *more)
{
    char log[256], name[32];

    (void)snprintf(name, sizeof(name), "log-%d", i);
    corner_path(corner, name, log);
    corner->pids[i] = fork();
    if (corner->pids[i] != 0)
        return;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nobody behind */
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    (void)dup2(fd, STDERR_FILENO);
    (void)dup2(fd, STDOUT_FILENO);
    (void)setenv("SLUICE_NOTIFY_DIR", corner->dir, 1);
    (void)setenv("SLUICE_KAFKA__GROUP_ID", corner->group, 1);
    (void)setenv("SLUICE_SESSION_TIMEOUT_MS", "6000", 1);
    (void)setenv("SLUICE_PROBE_PORT", "0", 1);
    (void)setenv("SLUICE_BATCH_COUNT_MAX", "512", 1); /* so that a few hundred fill several */
    for (; more && *more; more++)
        (void)putenv((char *)(uintptr_t)*more);
    (void)execl("/proc/self/exe", "runtime_test", "--worker", (char *)NULL);
    _exit(127);
}

/* Waits for the i-th worker's end: its exit code, or minus the signal that killed it. */
static int corner_wait(struct corner *corner, int i)
{
    int status = 0;

    assert_int_equal(waitpid(corner->pids[i], &status, 0), corner->pids[i]);
    corner->pids[i] = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int corner_stop(struct corner *corner, int i)
{
    assert_int_equal(kill(corner->pids[i], SIGTERM), 0);
    return corner_wait(corner, i);
}

static void corner_close(struct corner *corner)
{
    char command[256];

    for (int i = 0; i < WORKERS_MAX; i++)
        if (corner->pids[i] > 0)
            (void)corner_stop(corner, i);
    (void)snprintf(command, sizeof(command), "rm -rf -- '%s'", corner->dir);
    assert_int_equal(system(command), 0);
}

/* The file's text, empty when there is none. */
static const char *corner_file(const struct corner *corner, const char *name)
{
    static char text[1 << 20];
    char path[256];

    corner_path(corner, name, path);
    FILE *file = fopen(path, "re");
    size_t size = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
    if (file)
        (void)fclose(file);
    text[size] = '\0';
    return text;
}

static size_t corner_lines_with(const struct corner *corner, const char *name, const char *part)
{
    size_t count = 0;

    for (const char *at = corner_file(corner, name); (at = strstr(at, part)); at++)
        count++;
    return count;
}

static size_t corner_handled(const struct corner *corner)
{
    return corner_lines_with(corner, "handled", "\n");
}

static void corner_set_down(const struct corner *corner, bool down)
{
    char path[256];

    corner_path(corner, "down", path);
    if (!down)
        assert_int_equal(unlink(path), 0);
    else
        (void)close(open(path, O_WRONLY | O_CREAT, 0644));
}

/* Waits until `condition` holds; the log is shown when it never does. */
#define wait_for(corner, condition) \
    do { \
        int64_t until = clock_monotonic_us() + FIXTURE_WAIT_MS * 1000LL; \
        while (!(condition)) { \
            if (clock_monotonic_us() > until) \
                fail_msg("never: %s\n%s", #condition, corner_file((corner), "log-0")); \
            clock_sleep_ms(FIXTURE_SLICE_MS); \
        } \
    } while (0)

static void corner_alert(struct corner *corner, const char *title)
{
    struct arena *arena = arena_open(1 << 20);
    struct message message;
    struct str key = arena_format(arena, "%s%d", corner->name, corner->sent++);
    struct event alert = {
        .kind = EVENT_ALERT_RAISED,
        .id = arena_format(arena, "id-%.*s", STR_ARG(key)),
        .source = STR("/sluice/test"),
        .key = key,
        .time_ms = 1762790400000 + corner->sent,
        .entered_ms = 1762790400000,
        .alert = { .alert_id = key, .subject = STR("sku-1"), .gate = STR("stock"),
                   .title = str_of(title) },
    };

    event_encode(arena, &alert, &message);
    fixture_send(&fixture, &message);
    arena_close(arena);
}

static void corner_alerts(struct corner *corner, int count, const char *title)
{
    for (int i = 0; i < count; i++)
        corner_alert(corner, title);
    fixture_flush(&fixture);
}

static int64_t corner_lag(const struct corner *corner)
{
    return fixture_lag(&fixture, corner->group, TOPIC_ALERTS_RAISED);
}

/* Reads alerts.sent: every key there at least once, all copies with the same bytes. */
static size_t corner_check_sent(const struct corner *corner, size_t expected)
{
    size_t count = fixture_read(&fixture, TOPIC_ALERTS_SENT, corner->name, messages, MESSAGES_MAX);
    size_t different = 0;

    for (size_t i = 0; i < count; i++) {
        bool first = true;
        for (size_t j = 0; j < i && first; j++) {
            if (!str_eq(messages[i].key, messages[j].key))
                continue;
            first = false;
            assert_true(str_eq(messages[i].value, messages[j].value));
            assert_true(str_eq(message_header(&messages[i], "ce_id"),
                               message_header(&messages[j], "ce_id")));
        }
        different += first;
    }
    assert_int_equal(different, expected);
    return count;
}

static void runtime_carries_batches_and_stops_cleanly(void **state)
{
    (void)state;
    struct corner corner = corner_open("flow");

    corner_alerts(&corner, 900, "ok");
    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_handled(&corner) == 900);
    assert_int_equal(corner_stop(&corner, 0), 0);
    assert_int_equal(corner_lag(&corner), 0);
    assert_int_equal(corner_check_sent(&corner, 900), 900);
    assert_int_equal(corner_handled(&corner), 900);
    /* the generation stands in every origin, and what waits is taken in large batches */
    assert_int_equal(corner_lines_with(&corner, "handled", " 7\n"), 900);
    assert_true(corner_lines_with(&corner, "handled", " 512 7\n") == 512);
    assert_string_equal(corner_lines_with(&corner, "log-0", "level=warn") ? "warnings" : "none",
                        "none");
    corner_close(&corner);
}

/* Killed at each point, started again: nothing is lost, what is said twice is said alike. All
 * at once, since each waits for the session of the one that was killed. */
static void runtime_loses_nothing_at_any_crash_point(void **state)
{
    (void)state;
    static const char *const points[] = { "cycle.filled",    "cycle.judged",  "tiny.effects",
                                          "cycle.handled",   "cycle.published",
                                          "cycle.settled",   "cycle.committed" };
    enum { COUNT = sizeof(points) / sizeof(points[0]) };
    struct corner corners[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        char setting[64];
        const char *more[] = { setting, NULL };

        (void)snprintf(setting, sizeof(setting), "SLUICE_CRASH=%s", points[i]);
        corners[i] = corner_open(points[i]);
        corner_alerts(&corners[i], 40, "ok");
        corner_start(&corners[i], 0, more);
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(corner_wait(&corners[i], 0), -SIGKILL);
        corner_start(&corners[i], 0, NULL);
    }
    for (size_t i = 0; i < COUNT; i++) {
        wait_for(&corners[i], corner_lag(&corners[i]) == 0);
        assert_int_equal(corner_stop(&corners[i], 0), 0);
    }
    for (size_t i = 0; i < COUNT; i++) {
        (void)corner_check_sent(&corners[i], 40);
        assert_true(corner_handled(&corners[i]) >= 40);
        corner_close(&corners[i]);
    }
}

static size_t corner_dead(const struct corner *corner)
{
    return fixture_read(&fixture, TOPIC_DEAD_NOTIFY, corner->name, messages, MESSAGES_MAX);
}

static void runtime_gives_the_culprit_of_a_rejected_batch_to_the_dead(void **state)
{
    (void)state;
    struct corner corner = corner_open("reject");

    corner_alerts(&corner, 5, "ok");
    corner_alerts(&corner, 1, "reject");
    corner_alerts(&corner, 5, "ok");
    corner_alerts(&corner, 1, "give-up");
    corner_alerts(&corner, 5, "ok");
    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_lag(&corner) == 0);
    assert_int_equal(corner_stop(&corner, 0), 0);
    assert_int_equal(corner_check_sent(&corner, 15), 15);
    assert_int_equal(corner_dead(&corner), 2);
    for (int i = 0; i < 2; i++) {
        struct str reason = message_header(&messages[i], "dead_reason");
        assert_true(str_is(reason, "title: nobody can act on this")
                    || str_is(reason, "given up alone"));
        assert_true(str_is(message_header(&messages[i], "dead_topic"), "alerts.raised"));
        assert_true(str_is(message_header(&messages[i], "dead_generation"), "7"));
        assert_true(str_starts(message_header(&messages[i], "dead_ce_id"), STR("id-reject-")));
    }
    assert_int_equal(corner_lines_with(&corner, "log-0", "msg=\"event rejected\""), 2);
    corner_close(&corner);
}

static void runtime_gives_what_it_cannot_read_to_the_dead(void **state)
{
    (void)state;
    struct corner corner = corner_open("poison");
    char key[80];
    struct message poison = { .topic = TOPIC_ALERTS_RAISED, .value = STR("{\"half\": \xff") };

    (void)snprintf(key, sizeof(key), "%sforeign", corner.name);
    poison.key = str_of(key);
    message_put_header(&poison, STR("from"), STR("elsewhere"));
    corner_alerts(&corner, 3, "ok");
    fixture_send(&fixture, &poison);
    corner_alerts(&corner, 3, "ok");
    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_lag(&corner) == 0);
    assert_int_equal(corner_stop(&corner, 0), 0);
    assert_int_equal(corner_check_sent(&corner, 6), 6);
    assert_int_equal(corner_dead(&corner), 1);
    assert_true(str_eq(messages[0].value, poison.value));
    assert_true(str_is(messages[0].key, key));
    assert_true(str_is(message_header(&messages[0], "from"), "elsewhere"));
    assert_true(message_header(&messages[0], "dead_reason").size > 0);
    corner_close(&corner);
}

/* The broker takes 1 MiB a message: the event whose answer is larger goes, the others stay. */
static void runtime_rejects_the_event_whose_answer_is_too_large(void **state)
{
    (void)state;
    static const char *const more[] = { "SLUICE_KAFKA__COMPRESSION_CODEC=none", NULL };
    struct corner corner = corner_open("large");

    corner_alerts(&corner, 3, "ok");
    corner_alerts(&corner, 1, "large");
    corner_alerts(&corner, 3, "ok");
    corner_start(&corner, 0, more);
    wait_for(&corner, corner_lag(&corner) == 0);
    assert_int_equal(corner_stop(&corner, 0), 0);
    (void)corner_check_sent(&corner, 6);
    assert_int_equal(corner_dead(&corner), 1);
    corner_close(&corner);
}

/* The number the log gives for the probes. */
static int corner_port(const struct corner *corner)
{
    const char *at = strstr(corner_file(corner, "log-0"), "probe_port=");
    return at ? atoi(at + strlen("probe_port=")) : 0;
}

/* GET by hand: the status, the body in `out`. */
static int corner_get(const struct corner *corner, const char *path, char *out, size_t size)
{
    char command[256];

    (void)snprintf(command, sizeof(command),
                   "curl -s -m 5 -w '\\n%%{http_code}' http://127.0.0.1:%d%s",
                   corner_port(corner), path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t got = fread(out, 1, size - 1, pipe);
    out[got] = '\0';
    (void)pclose(pipe);
    const char *code = strrchr(out, '\n');
    return code ? atoi(code + 1) : 0;
}

static void runtime_waits_for_a_store_and_keeps_its_place_in_the_group(void **state)
{
    (void)state;
    struct corner corner = corner_open("wait");
    char text[1 << 15];

    corner_set_down(&corner, true);
    corner_alerts(&corner, 20, "ok");
    corner_alerts(&corner, 1, "wait");
    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_lines_with(&corner, "log-0", "will try again") == 1);
    assert_int_equal(corner_get(&corner, "/readyz", text, sizeof(text)), 503);
    assert_int_equal(corner_get(&corner, "/healthz", text, sizeof(text)), 200);
    clock_sleep_ms(8000); /* longer than the session */
    /* what comes meanwhile is seen as lag although nothing is fetched */
    corner_alerts(&corner, 100, "ok");
    wait_for(&corner, corner_get(&corner, "/metrics", text, sizeof(text)) == 200
                          && strstr(text, "topic=\"alerts.raised\"} 121\n"));
    corner_set_down(&corner, false);
    wait_for(&corner, corner_lag(&corner) == 0);
    assert_int_equal(corner_get(&corner, "/readyz", text, sizeof(text)), 200);
    assert_int_equal(corner_get(&corner, "/metrics", text, sizeof(text)), 200);
    assert_non_null(strstr(text, "sluice_rebalances_total{worker=\"notify\"} 1\n"));
    assert_non_null(strstr(text, "sluice_events_in_total{worker=\"notify\"} 121\n"));
    assert_non_null(strstr(text, "sluice_tiny_alerts_total{worker=\"notify\"}"));
    assert_non_null(strstr(text, "sluice_lag_messages{worker=\"notify\","));
    /* one line when it begins, one when it ends */
    assert_int_equal(corner_lines_with(&corner, "log-0", "will try again"), 1);
    assert_int_equal(corner_lines_with(&corner, "log-0", "msg=\"going on\""), 1);
    assert_int_equal(corner_stop(&corner, 0), 0);
    (void)corner_check_sent(&corner, 121);
    corner_close(&corner);
}

static void runtime_gives_its_batch_back_when_stopped_while_waiting(void **state)
{
    (void)state;
    struct corner corner = corner_open("giveback");

    corner_set_down(&corner, true);
    corner_alerts(&corner, 4, "wait");
    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_lines_with(&corner, "log-0", "will try again") == 1);
    assert_int_equal(corner_stop(&corner, 0), 0);
    assert_int_equal(corner_lag(&corner), 4);
    corner_set_down(&corner, false);
    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_lag(&corner) == 0);
    assert_int_equal(corner_stop(&corner, 0), 0);
    assert_int_equal(corner_check_sent(&corner, 4), 4);
    corner_close(&corner);
}

static void runtime_finishes_the_batch_at_the_first_signal(void **state)
{
    (void)state;
    struct corner corner = corner_open("finish");

    corner_alerts(&corner, 2, "sleep");
    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_handled(&corner) >= 1);
    assert_int_equal(corner_stop(&corner, 0), 0);
    assert_int_equal(corner_check_sent(&corner, corner_handled(&corner)), corner_handled(&corner));
    corner_close(&corner);
}

/* With a full queue behind it: what was handled is committed, what was not comes again. */
static void runtime_stops_cleanly_under_load(void **state)
{
    (void)state;
    struct corner corner = corner_open("load");

    corner_alerts(&corner, 3000, "ok");
    for (int round = 0; round < 3 && corner_handled(&corner) < 3000; round++) {
        size_t before = corner_handled(&corner);
        corner_start(&corner, 0, NULL);
        wait_for(&corner, corner_handled(&corner) > before); /* it listens to signals by now */
        assert_int_equal(corner_stop(&corner, 0), 0);
        assert_int_equal(corner_lag(&corner), 3000 - corner_handled(&corner));
    }
    corner_close(&corner);
}

static void runtime_ends_at_once_at_the_second_signal(void **state)
{
    (void)state;
    struct corner corner = corner_open("second");

    corner_alerts(&corner, 20, "sleep");
    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_handled(&corner) >= 1);
    assert_int_equal(kill(corner.pids[0], SIGTERM), 0);
    clock_sleep_ms(200);
    assert_int_equal(kill(corner.pids[0], SIGTERM), 0);
    assert_int_equal(corner_wait(&corner, 0), 130);
    assert_true(corner_lag(&corner) > 0);
    corner_close(&corner);
}

static void runtime_ends_at_its_deadline_whatever_it_waits_for(void **state)
{
    (void)state;
    static const char *const more[] = { "SLUICE_DRAIN_DEADLINE_MS=1000", NULL };
    struct corner corner = corner_open("late");

    corner_alerts(&corner, 20, "sleep");
    corner_start(&corner, 0, more);
    wait_for(&corner, corner_handled(&corner) >= 1);
    assert_int_equal(corner_stop(&corner, 0), 1);
    assert_int_equal(corner_lines_with(&corner, "log-0", "drain_deadline_ms"), 1);
    corner_close(&corner);
}

static void runtime_dies_of_a_fatal_error_without_committing(void **state)
{
    (void)state;
    struct corner corner = corner_open("fatal");

    corner_alerts(&corner, 3, "fatal");
    corner_start(&corner, 0, NULL);
    assert_int_equal(corner_wait(&corner, 0), 1);
    assert_int_equal(corner_lag(&corner), 3);
    assert_int_equal(corner_lines_with(&corner, "log-0", "told to die"), 1);
    corner_close(&corner);
}

/* Two share the partitions; one is killed in the middle, the other takes over; nothing is lost. */
static void runtime_shares_and_takes_over(void **state)
{
    (void)state;
    struct corner corner = corner_open("share");

    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_lines_with(&corner, "log-0", "partitions assigned") == 1);
    corner_alerts(&corner, 300, "ok");
    corner_start(&corner, 1, NULL);
    wait_for(&corner, corner_lines_with(&corner, "log-1", "partitions assigned") == 1);
    for (int i = 0; i < 10; i++) {
        corner_alerts(&corner, 30, "ok");
        clock_sleep_ms(20);
    }
    assert_int_equal(kill(corner.pids[1], SIGKILL), 0);
    assert_int_equal(corner_wait(&corner, 1), -SIGKILL);
    corner_alerts(&corner, 100, "ok");
    wait_for(&corner, corner_lag(&corner) == 0);
    assert_int_equal(corner_stop(&corner, 0), 0);
    (void)corner_check_sent(&corner, 700);
    assert_true(corner_lines_with(&corner, "log-0", "partitions assigned") >= 2);
    corner_close(&corner);
}

/* The batch in hand of one who waits is dropped when a second one joins; both end up idle. */
static void runtime_drops_the_batch_in_hand_at_a_rebalance(void **state)
{
    (void)state;
    struct corner corner = corner_open("drop");

    corner_set_down(&corner, true);
    corner_alerts(&corner, 30, "wait");
    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_lines_with(&corner, "log-0", "will try again") == 1);
    corner_start(&corner, 1, NULL);
    wait_for(&corner, corner_lines_with(&corner, "log-0", "is dropped") >= 1);
    wait_for(&corner, corner_lines_with(&corner, "log-1", "partitions assigned") == 1);
    corner_set_down(&corner, false);
    wait_for(&corner, corner_lag(&corner) == 0);
    assert_int_equal(corner_stop(&corner, 0), 0);
    assert_int_equal(corner_stop(&corner, 1), 0);
    (void)corner_check_sent(&corner, 30);
    corner_close(&corner);
}

/* A process that stood still for longer than its session must not commit for its successor. */
static void runtime_is_harmless_as_a_zombie(void **state)
{
    (void)state;
    struct corner corner = corner_open("zombie");

    corner_alerts(&corner, 2, "sleep");
    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_handled(&corner) >= 1);
    assert_int_equal(kill(corner.pids[0], SIGSTOP), 0);
    corner_start(&corner, 1, NULL);
    wait_for(&corner, corner_lag(&corner) == 0);
    corner_alerts(&corner, 10, "ok");
    wait_for(&corner, corner_lag(&corner) == 0);
    assert_int_equal(kill(corner.pids[0], SIGCONT), 0);
    wait_for(&corner, corner_lines_with(&corner, "log-0", "partitions assigned") == 2);
    corner_alerts(&corner, 10, "ok");
    wait_for(&corner, corner_lag(&corner) == 0);
    assert_int_equal(corner_stop(&corner, 0), 0);
    assert_int_equal(corner_stop(&corner, 1), 0);
    (void)corner_check_sent(&corner, 22);
    corner_close(&corner);
}

static void corner_say(enum event_kind kind, int64_t until_ms)
{
    struct arena *arena = arena_open(1 << 20);
    struct message message;
    struct event event = {
        .kind = kind,
        .id = arena_format(arena, "pause-%lld", (long long)clock_now_ms()),
        .source = STR("/sluice/cli"),
        .key = STR("pause/notify"),
        .time_ms = clock_now_ms(),
        .fleet = { .worker = STR("notify"), .until_ms = until_ms },
    };

    event_encode(arena, &event, &message);
    fixture_send(&fixture, &message);
    fixture_flush(&fixture);
    arena_close(arena);
}

/* The operator pauses the worker: it leaves its group and lives; told so, or after the time it was
 * told, it comes back. One that starts meanwhile stays out too. */
static void runtime_steps_aside_for_the_operator(void **state)
{
    (void)state;
    struct corner corner = corner_open("aside");

    corner_start(&corner, 0, NULL);
    wait_for(&corner, corner_lines_with(&corner, "log-0", "partitions assigned") == 1);
    corner_say(EVENT_FLEET_PAUSED, clock_now_ms() + 20000);
    wait_for(&corner, corner_lines_with(&corner, "log-0", "partitions revoked") == 1);
    corner_alerts(&corner, 10, "ok");
    corner_start(&corner, 1, NULL);
    clock_sleep_ms(1500);
    assert_int_equal(corner_lines_with(&corner, "log-1", "partitions assigned"), 0);
    assert_int_equal(corner_lag(&corner), 10);
    corner_say(EVENT_FLEET_RESUMED, 0);
    wait_for(&corner, corner_lag(&corner) == 0);
    wait_for(&corner, corner_lines_with(&corner, "log-0", "joining again") == 1);
    corner_say(EVENT_FLEET_PAUSED, clock_now_ms() + 1500);
    wait_for(&corner, corner_lines_with(&corner, "log-0", "joining again") == 2);
    assert_int_equal(corner_stop(&corner, 0), 0);
    assert_int_equal(corner_stop(&corner, 1), 0);
    (void)corner_check_sent(&corner, 10);
    corner_close(&corner);
}

static void runtime_refuses_bad_settings_in_one_sentence(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        { "SLUICE_BATCH_COUNT_MAX=none", "SLUICE_BATCH_COUNT_MAX must be a whole number" },
        { "SLUICE_REDIS_ULR=x", "did you mean SLUICE_REDIS_URL?" },
        { "SLUICE_KAFKA__NO_SUCH_THING=1", "kafka.no.such.thing is refused" },
        { "SLUICE_KAFKA__ENABLE_IDEMPOTENCE=false", "cannot be set" },
        { "SLUICE_LOG_LEVEL=loud", "log_level" },
        { "SLUICE_NOTIFY_DIR=/does/not/exist", "cannot be written" },
        { "SLUICE_PROBE_ADDRESS=nowhere", "no IPv4 address" },
        { "SLUICE_CONFIG=/does/not/exist", "cannot be read" },
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct corner corner = corner_open("settings");
        const char *more[] = { wrong[i][0], NULL };

        corner_start(&corner, 0, more);
        assert_int_equal(corner_wait(&corner, 0), 2);
        assert_non_null(strstr(corner_file(&corner, "log-0"), wrong[i][1]));
        corner_close(&corner);
    }
}

static int worker_process(void)
{
    char *arguments[] = { (char *)(uintptr_t) "sluice-notify", NULL };
    return worker_main(&tiny_worker, 1, arguments);
}

static int group_setup(void **state)
{
    static const enum topic topics[] = { TOPIC_ALERTS_RAISED, TOPIC_ALERTS_SENT,
                                         TOPIC_DEAD_NOTIFY, TOPIC_RULES, TOPIC_END };
    (void)state;
    fixture_open(&fixture, topics);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    fixture_close(&fixture);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runtime_carries_batches_and_stops_cleanly),
        cmocka_unit_test(runtime_loses_nothing_at_any_crash_point),
        cmocka_unit_test(runtime_gives_the_culprit_of_a_rejected_batch_to_the_dead),
        cmocka_unit_test(runtime_gives_what_it_cannot_read_to_the_dead),
        cmocka_unit_test(runtime_rejects_the_event_whose_answer_is_too_large),
        cmocka_unit_test(runtime_waits_for_a_store_and_keeps_its_place_in_the_group),
        cmocka_unit_test(runtime_gives_its_batch_back_when_stopped_while_waiting),
        cmocka_unit_test(runtime_finishes_the_batch_at_the_first_signal),
        cmocka_unit_test(runtime_stops_cleanly_under_load),
        cmocka_unit_test(runtime_ends_at_once_at_the_second_signal),
        cmocka_unit_test(runtime_ends_at_its_deadline_whatever_it_waits_for),
        cmocka_unit_test(runtime_dies_of_a_fatal_error_without_committing),
        cmocka_unit_test(runtime_shares_and_takes_over),
        cmocka_unit_test(runtime_drops_the_batch_in_hand_at_a_rebalance),
        cmocka_unit_test(runtime_is_harmless_as_a_zombie),
        cmocka_unit_test(runtime_steps_aside_for_the_operator),
        cmocka_unit_test(runtime_refuses_bad_settings_in_one_sentence),
    };

    if (argc == 2 && strcmp(argv[1], "--worker") == 0)
        return worker_process();
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
