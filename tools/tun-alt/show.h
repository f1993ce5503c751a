/* SPDX-License-Identifier: GPL-2.0 */
/* A device as text and as JSON. */
#ifndef TUN_ALT_CLI_SHOW_H
#define TUN_ALT_CLI_SHOW_H

struct json_object;
struct link;

/* Processes that are named for one device, at most. */
#define SHOW_HOLDERS	64

/**
 * show_text() - print a device in the shape that @ui asks for
 * @link: the device
 *
 * Context: Any.
 */
void show_text(const struct link *link);

/**
 * show_json() - build a device's JSON object with the key names of iproute2
 * @link: the device
 *
 * Context: Any.
 * Return: the object; the caller owns its reference.
 */
struct json_object *show_json(const struct link *link);

/**
 * show_operstate() - name of an operational state
 * @state: IF_OPER_*
 *
 * Context: Any.
 * Return: the name that ip(8) prints.
 */
const char *show_operstate(unsigned int state);

/**
 * show_address() - write a hardware address
 * @link: the device
 * @to: result
 * @size: bytes in @to
 *
 * Context: Any.
 */
void show_address(const struct link *link, char *to, unsigned int size);

#endif
