/* SPDX-License-Identifier: GPL-2.0 */
/* What text and JSON say of a queue, whatever they go on with. */
#ifndef TUN_ALT_CLI_QUEUES_SHOW_H
#define TUN_ALT_CLI_QUEUES_SHOW_H

struct json_object;
struct queue;

/**
 * queues_show_head() - print which queue it is, and whose
 * @queue: the queue
 *
 * Context: Any. The line is not ended.
 */
void queues_show_head(const struct queue *queue);

/**
 * queues_json_head() - begin a JSON object with which queue it is, and whose
 * @queue: the queue
 *
 * Context: Any.
 * Return: the object; the caller owns its reference.
 */
struct json_object *queues_json_head(const struct queue *queue);

#endif
