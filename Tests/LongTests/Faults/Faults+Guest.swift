import Machines
import VirtualMachineTestSupport

/// Faults of a running guest: its kernel, its memory, its disk, its network and its agent.
extension Fault {
    static let guestKernel = [
        step("sysrq-crash", .kernelPanic, "echo c >/proc/sysrq-trigger"),
        step("sysrq-off", .endedUnfinished, "echo o >/proc/sysrq-trigger\nsleep 60"),
        step("sysrq-reset", .endedUnfinished, "echo b >/proc/sysrq-trigger\nsleep 60"),
        step("power-off", .endedUnfinished, "systemctl poweroff --force --force\nsleep 60"),
        step("systemctl-emergency", .emergencyShell, "systemctl --no-block emergency\nsleep 60"),
    ]

    static let guestMemory = [
        step("memory-eaten", .guestOutOfMemory, "tail /dev/zero", at: .shown("Out of memory: Killed process")),
        step(
            "memory-eaten-panic", .guestOutOfMemory, "echo 1 >/proc/sys/vm/panic_on_oom\ntail /dev/zero",
            at: .shown("panic_on_oom is enabled")),
        step(
            "memory-of-a-group-eaten", .guestOutOfMemory,
            "systemd-run --quiet --wait --pipe --property=MemoryMax=48M tail /dev/zero"),
        step("memory-refused-to-dd", .guestOutOfMemory, "dd if=/dev/zero of=/dev/null bs=64G count=1"),
        step("memory-refused-to-python", .guestOutOfMemory, "python3 -c 'x = bytearray(1 << 36)'"),
    ]

    /// Takes all but so many KiB of the guest's disk, and of what only root may use there.
    private static func fill(leaving kibibytes: Int) -> String {
        """
        free=$(stat --file-system --format '%f * %S / 1024' /)
        fallocate -l $((($free - \(kibibytes)) * 1024)) /root/filler

        """
    }

    static let guestDisk = [
        step("disk-allocated", .guestDiskFull, "fallocate -l 100G /root/big"),
        step("disk-written", .guestDiskFull, fill(leaving: 20480) + "dd if=/dev/urandom of=/root/more bs=1M count=64"),
        step(
            "disk-small", .guestDiskFull,
            "mount -t tmpfs -o size=8m tmpfs /mnt\ncp -r /usr/lib/x86_64-linux-gnu/. /mnt"),
        step(
            "disk-without-inodes", .guestDiskFull,
            """
            mount -t tmpfs -o nr_inodes=64 tmpfs /mnt
            for i in $(seq 100); do echo "$i" >"/mnt/$i"; done
            """),
        step(
            "disk-full-for-dpkg", .guestDiskFull,
            package("mkdir -p $1/srv\nhead -c 16M /dev/urandom >$1/srv/data", in: "/dev/shm")
                + fill(leaving: 4096) + "dpkg -i /dev/shm/broken.deb"),
    ]

    static let guestNetwork = [
        step("network-for-apt", .networkAbsent, "apt-get -q update\napt-get -q -y install htop"),
        step("network-for-curl", .networkAbsent, "curl -fsS https://deb.debian.org/"),
        step("network-for-ping", .networkAbsent, "ping -c 1 192.0.2.1"),
        step(
            "network-for-python", .networkAbsent,
            "python3 -c 'import urllib.request; urllib.request.urlopen(\"http://deb.debian.org/\")'"),
        installation("network-bridge-gone", .networkAbsent, at: .said("install-system: booting"))
            .with { $0.network = "bridge:if-none" },
        installation("network-of-libvirt-gone", .networkAbsent, at: .said("install-system: booting"))
            .with { $0.network = "network:if-none" },
    ]

    static let agentLost = [
        step("agent-stopped", .agentLost, "systemctl stop qemu-guest-agent\nsleep 600", evidence: .none),
        step("agent-frozen", .agentLost, "kill -STOP $(pidof qemu-ga)\nsleep 600", evidence: .none),
        step(
            "agent-killed", .agentLost,
            "systemctl mask --now qemu-guest-agent || true\nkill -KILL $(pidof qemu-ga) || true\nsleep 600",
            evidence: .none),
        step(
            "agent-without-port", .agentLost,
            """
            port=$(readlink -f /sys/class/virtio-ports/vport*/device | head -n 1)
            echo "${port##*/}" >/sys/bus/virtio/drivers/virtio_console/unbind
            sleep 600
            """, evidence: .none),
    ]

    /// Another command line of the agent's.
    private static func agent(_ arguments: String) -> String {
        """
        mkdir -p /etc/systemd/system/qemu-guest-agent.service.d
        printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/qemu-ga \(arguments)\\n' \
            >/etc/systemd/system/qemu-guest-agent.service.d/fault.conf
        """
    }

    private static let login = Moment.shown(" login:")

    static let agentAtBoot = [
        nextBoot("agent-masked", .agentMissing, "systemctl mask qemu-guest-agent.service", at: login, evidence: .none),
        nextBoot("agent-removed", .agentMissing, "rm /usr/sbin/qemu-ga", at: login, evidence: .none),
        nextBoot(
            "agent-with-another-port", .agentMissing, agent("--path=/dev/virtio-ports/other"), at: login,
            evidence: .none),
        nextBoot("agent-blocks-exec", .agentBlocked, agent("--block-rpcs=guest-exec"), at: login),
        nextBoot(
            "agent-settings-block", .agentBlocked,
            "mkdir -p /etc/qemu\nprintf '[general]\\nblock-rpcs=guest-exec\\n' >/etc/qemu/qemu-ga.conf", at: login),
        nextBoot(
            "agent-settings-allow", .agentBlocked,
            """
            mkdir -p /etc/qemu
            printf '[general]\\nallow-rpcs=guest-sync,guest-sync-delimited,guest-ping,guest-info,guest-shutdown\\n' \
                >/etc/qemu/qemu-ga.conf
            """, at: login),
    ]

    static let stalls = [
        step("step-sleeps", .stalled, "sleep 3600", evidence: .none),
        step("step-waits-for-input", .stalled, "mkfifo /root/fifo\ncat /root/fifo", evidence: .none),
        step(
            "step-waits-for-a-lock", .stalled, "flock /root/lock sleep 600 &\nsleep 1\nflock /root/lock true",
            evidence: .none),
        nextBoot(
            "boot-waits-for-a-unit", .stalled,
            unit("Type=oneshot\\nTimeoutStartSec=infinity\\nExecStart=/usr/bin/sleep infinity"), at: login,
            evidence: .none),
        nextBoot("boot-late", .tooLate, "true", at: .said("prove-seal: started"), evidence: .none)
            .with { $0.deadlines = "{ stall: 30s, boot: 6s }" },
        nextBoot(
            "boot-busy", .tooLate,
            unit("Type=oneshot\\nTimeoutStartSec=infinity\\nExecStart=/bin/sh -c \"while :; do :; done\""),
            at: .said("prove-seal: started"), evidence: .none
        )
        .with { $0.deadlines = "{ stall: 30s, boot: 25s }" },
    ]

    /// A unit that the boot waits for.
    private static func unit(_ service: String) -> String {
        """
        printf '[Unit]\\nBefore=multi-user.target\\n[Service]\\n\(service)\\n[Install]\\nWantedBy=multi-user.target\\n' \
            >/etc/systemd/system/fault.service
        systemctl enable fault.service
        """
    }

    /// What stops by itself in the end is killed with the rest of the guest, so nobody can be asked to wait for it.
    static let shutdowns = [
        step(
            "shutdown-masked", .shutdownRefused, "systemctl mask poweroff.target",
            at: .said("provision: shutting down"), evidence: .none),
        step(
            "shutdown-waits-for-ever", .shutdownRefused, stopping("TimeoutStopSec=infinity"),
            at: .said("provision: shutting down"), evidence: .none),
        step(
            "shutdown-waits-long", .shutdownRefused, stopping("TimeoutStopSec=10min"),
            at: .said("provision: shutting down"), evidence: .none
        )
        .with { $0.deadlines = "{ stall: 30s, shutdown: 25s }" },
    ]

    /// Starts a unit that does not stop.
    private static func stopping(_ limit: String) -> String {
        """
        systemd-run --quiet --unit=fault --property=\(limit) --property='ExecStop=/usr/bin/sleep infinity' sleep infinity
        """
    }
}
