/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What libFuzzer calls; the Makefile gives it the name that it has there.
 */
#ifndef FUZZ_PARSERS_INPUT_H
#define FUZZ_PARSERS_INPUT_H

#include <stddef.h>

int parse_input(const unsigned char *data, size_t size);

#endif /* FUZZ_PARSERS_INPUT_H */
