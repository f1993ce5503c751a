// SPDX-License-Identifier: GPL-2.0
/*
 * One fault of each kind that a debug kernel looks for, made when it is loaded: a run on such a
 * kernel proves with it that the detector is awake.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *fault = "";
module_param(fault, charp, 0);
MODULE_PARM_DESC(fault, "sleep, abba, freed, leak or race");

/* A size that little else has */
#define LEAK_SIZE	1234
#define LEAKS		100

static DEFINE_SPINLOCK(detect_spin);
static DEFINE_MUTEX(detect_a);
static DEFINE_MUTEX(detect_b);
static int detect_shared;

static void sleep_in_atomic(void)
{
	spin_lock(&detect_spin);
	might_sleep();
	spin_unlock(&detect_spin);
}

/* Each order alone is right: it takes both to be wrong, and no second thread. */
static void abba(void)
{
	mutex_lock(&detect_a);
	mutex_lock(&detect_b);
	mutex_unlock(&detect_b);
	mutex_unlock(&detect_a);
	mutex_lock(&detect_b);
	mutex_lock(&detect_a);
	mutex_unlock(&detect_a);
	mutex_unlock(&detect_b);
}

static void use_after_free(void)
{
	char *p = kmalloc(LEAK_SIZE, GFP_KERNEL);

	if (!p)
		return;
	kfree(p);
	/* The compiler is not to know whose memory that is. */
	OPTIMIZER_HIDE_VAR(p);
	READ_ONCE(*p);
}

/*
 * More than one: what was allocated last may still stand in the allocator's own list of free
 * pieces, and what stands anywhere is no leak to kmemleak.
 */
static void leak(void)
{
	char *p;
	int i;

	for (i = 0; i < LEAKS; i++) {
		p = kmalloc(LEAK_SIZE, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(p);
	}
}

static int racer(void *done)
{
	int i;

	for (i = 0; i < 200000; i++) {
		detect_shared++;
		barrier();
		if (!(i % 1000))
			cond_resched();
	}
	/* It does not return into the module, which may be gone by then. */
	kthread_complete_and_exit(done, 0);
}

static void race(void)
{
	DECLARE_COMPLETION_ONSTACK(first);
	DECLARE_COMPLETION_ONSTACK(second);
	bool one = !IS_ERR(kthread_run(racer, &first, "detect-first"));
	bool two = !IS_ERR(kthread_run(racer, &second, "detect-second"));

	if (one)
		wait_for_completion(&first);
	if (two)
		wait_for_completion(&second);
}

static int __init detect_init(void)
{
	static const struct {
		const char *name;
		void (*make)(void);
	} faults[] = {
		{ "sleep", sleep_in_atomic }, { "abba", abba }, { "freed", use_after_free },
		{ "leak", leak }, { "race", race },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		if (strcmp(fault, faults[i].name))
			continue;
		faults[i].make();
		return 0;
	}
	return -EINVAL;
}
module_init(detect_init);

static void __exit detect_exit(void)
{
}
module_exit(detect_exit);

MODULE_DESCRIPTION("Faults on purpose, for a kernel that looks for them");
MODULE_LICENSE("GPL");
