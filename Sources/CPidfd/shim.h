#pragma once
#include <errno.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/// `syscall` and `ioctl` are variadic, which Swift cannot call, and the C library has no names for these before 2.36.

/// A descriptor of a process that stays valid after its end; readable when it has ended (`pidfd_open(2)`).
static inline int imagefactory_pidfd_open(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

/// Sends a signal to that process and to no other (`pidfd_send_signal(2)`).
static inline int imagefactory_pidfd_send_signal(int descriptor, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, (void *)0, 0);
}

/// How the process ended, as `wait(2)` reports it, for those who are not its parent: `PIDFD_GET_INFO` with
/// `PIDFD_INFO_EXIT`, in Linux 6.15 and later, once its parent has taken note. Fails otherwise.
static inline int imagefactory_pidfd_exit_status(int descriptor, int *status) {
    struct {
        uint64_t mask, group;
        uint32_t ids[11];
        int32_t exit_status;
    } info = {.mask = 1 << 3};
    if (ioctl(descriptor, _IOWR(0xFF, 11, info), &info) != 0) return -1;
    if (!(info.mask & 1 << 3)) return -1;
    *status = info.exit_status;
    return 0;
}
