#pragma once
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
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

/// Takes note of the end of a child, and says how it ended as `wait(2)` does. Fails for a process that lives or is no
/// child of this one.
static inline int imagefactory_pidfd_wait(int descriptor, int *status) {
    const int by_descriptor = 3; // P_PIDFD
    siginfo_t info = {0};
    if (waitid((idtype_t)by_descriptor, (id_t)descriptor, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) return -1;
    *status = info.si_code == CLD_EXITED ? (info.si_status & 0xFF) << 8 : info.si_status & 0x7F;
    return 0;
}

/// Makes this process the parent of processes whose own parent ends, if that descends from it
/// (`PR_SET_CHILD_SUBREAPER`, `prctl(2)`).
static inline int imagefactory_adopt_orphans(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}
