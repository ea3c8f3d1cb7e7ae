internal import SystemPackage

/// The files of a detached script in the guest, and the lines of `sh` that work on them.
struct ScriptFiles: Sendable {
    /// The script's own folder, for root alone.
    let folder: FilePath
    /// The name of its transient unit.
    let unit: String

    /// The script as the user wrote it.
    var script: FilePath { folder.appending("script") }
    /// What runs it and writes down how it ended.
    var wrapper: FilePath { folder.appending("wrapper") }
    /// Its environment; gone as soon as it is read.
    var environment: FilePath { folder.appending("environment") }
    /// What it prints.
    var output: FilePath { folder.appending("output") }
    /// The status it exited with; appears complete, at the end.
    var status: FilePath { folder.appending("status") }

    /// Runs `$2…` with its output and status in the folder `$1`. The status gets its name when it is complete, and after
    /// the output is.
    static let wrapperLines = #"""
        umask 077
        imagefactory=$1
        shift
        echo "$$" > "$imagefactory/pid.new" && mv -f "$imagefactory/pid.new" "$imagefactory/pid" || exit 1
        export PATH="${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
        export HOME="${HOME:-/root}" LANG="${LANG:-C.UTF-8}"
        cd /
        (
            umask 022
            . "$imagefactory/environment"
            rm -f "$imagefactory/environment"
            exec "$@"
        ) > "$imagefactory/output" 2>&1 < /dev/null
        echo "$?" > "$imagefactory/status.new" && mv -f "$imagefactory/status.new" "$imagefactory/status"

        """#

    /// Starts the wrapper in the folder `$1` as the unit `$2`, with the command `$3…`; a second time it does nothing.
    static let startLines = #"""
        folder=$1
        unit=$2
        shift 2
        mkdir "$folder/started" 2> /dev/null || exit 0
        if [ -d /run/systemd/system ]; then
            systemd-run --quiet --collect --unit="$unit" --property=TimeoutStopSec=5s --property=TasksMax=infinity \
                /bin/sh "$folder/wrapper" "$folder" "$@" || { rmdir "$folder/started"; exit 1; }
        else
            setsid /bin/sh "$folder/wrapper" "$folder" "$@" > /dev/null 2>&1 < /dev/null &
        fi
        """#

    /// Succeeds while the script in the folder `$1` runs or has a status; also before its first line has run.
    static let aliveLines = #"""
        [ -e "$1/status" ] && exit 0
        [ -e "$1/pid" ] && read -r pid < "$1/pid" && kill -0 "$pid" 2> /dev/null && exit 0
        [ -e "$1/status" ] || { [ -d "$1/started" ] && [ ! -e "$1/pid" ]; }
        """#

    /// Ends what runs of the unit `$2` or the session in the folder `$1`, at first with SIGTERM if the script runs, and removes the folder.
    static let removeLines = #"""
        if [ -d /run/systemd/system ]; then
            systemctl stop "$2" 2> /dev/null
        elif [ -e "$1/pid" ]; then
            group=$(cat "$1/pid")
            if [ ! -e "$1/status" ]; then
                kill -TERM "-$group" 2> /dev/null
                for turn in 1 2 3 4 5 6 7 8 9 10; do
                    kill -0 "-$group" 2> /dev/null || break
                    sleep 0.5
                done
            fi
            kill -KILL "-$group" 2> /dev/null
        fi
        rm -rf "$1"
        """#
}
