/// What is done at the host in one go, by `sh` alone and the programs that Linux systems have.
enum ZFSScript {
    /// Waits until udev has made the device of the dataset `$1`, which it does after `zfs` has ended.
    static let awaitDevice = """
        device=/dev/zvol/$1 count=0
        until [ -b "$device" ]; do
            count=$((count + 1))
            [ $count -lt 300 ] || { echo "$device has not appeared" >&2; exit 1; }
            sleep 0.1
        done

        """

    /// Writes an image into a volume: `DATASET VERSION SIZE [-o PROPERTY=VALUE]...`.
    ///
    /// Standard input holds frames, each a line and then, for `data`, as many bytes. Without its `end`, nothing is used:
    ///
    /// ```
    /// zero OFFSET LENGTH
    /// data OFFSET LENGTH
    /// end DIGEST LENGTH
    /// ```
    /// The device is locked meanwhile, by which udev leaves it alone (systemd.io, "Locking block device access") and a
    /// second writer waits. What is read back comes from ZFS and not from the page cache.
    static let writeImage =
        "set -eu\n" + awaitDevice + """
            dataset=$1 version=$2 size=$3
            shift 3
            exec 9<"$device"
            flock -x -w 3600 9 || { echo "$device is locked by another program" >&2; exit 1; }
            if zfs list -H -o name "$dataset@$version" >/dev/null 2>&1; then
                echo present
                exit
            fi
            [ "$(zfs get -H -p -o value volsize "$dataset")" = "$size" ] || zfs set volsize="$size" "$dataset"
            while read -r word place length; do
                case $word in
                zero)
                    blkdiscard -f -o "$place" -l "$length" "$device" 2>/dev/null ||
                        blkdiscard -o "$place" -l "$length" "$device"
                    ;;
                data)
                    dd of="$device" bs=1M iflag=fullblock,count_bytes count="$length" oflag=seek_bytes seek="$place" \\
                        conv=notrunc,nocreat status=none
                    ;;
                end)
                    sync "$device"
                    found=$(dd if="$device" bs=1M iflag=direct,count_bytes count="$length" status=none | sha256sum)
                    found=${found%% *}
                    if [ "$found" != "$place" ]; then
                        echo "differs $found $place"
                        exit
                    fi
                    zfs snapshot "$@" -o imagefactory:raw="$found" "$dataset@$version"
                    echo written
                    exit
                    ;;
                *) break ;;
                esac
            done
            echo 'the stream has ended too early' >&2
            exit 1
            """

    /// Makes a machine's disk: `DATASET SNAPSHOT SIZE [-o PROPERTY=VALUE]...`; its size only ever grows.
    static let makeDisk =
        "set -eu\n" + """
            dataset=$1 snapshot=$2 size=$3
            shift 3
            zfs clone "$@" "$snapshot" "$dataset"
            [ "$(zfs get -H -p -o value volsize "$dataset")" -ge "$size" ] || zfs set volsize="$size" "$dataset"
            set -- "$dataset"

            """ + awaitDevice
}
