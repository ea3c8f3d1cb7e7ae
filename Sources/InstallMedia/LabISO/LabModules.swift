/// The kernel modules that the live system leaves out.
enum LabModules {
    /// Folders below `kernel/` with drivers for what no virtual machine's installer meets: sound, radio, cameras, big disk
    /// and network adapters, other file systems.
    static let excluded = """
        arch/x86/kvm drivers/accel drivers/bluetooth drivers/clk drivers/comedi drivers/counter drivers/cpufreq
        drivers/crypto drivers/dax drivers/dca drivers/devfreq drivers/dma drivers/edac drivers/extcon
        drivers/firewire drivers/fpga drivers/gnss drivers/gpio drivers/gpu drivers/hid drivers/hsi drivers/hwmon
        drivers/i2c drivers/iio drivers/infiniband drivers/input/joystick drivers/input/misc drivers/input/mouse
        drivers/input/tablet drivers/input/touchscreen drivers/ipack drivers/isdn drivers/leds drivers/macintosh
        drivers/mcb drivers/md drivers/media drivers/memstick drivers/message drivers/mfd drivers/misc drivers/mmc
        drivers/mtd drivers/mux drivers/net/can drivers/net/ethernet/3com drivers/net/ethernet/8390
        drivers/net/ethernet/adaptec drivers/net/ethernet/agere drivers/net/ethernet/alacritech
        drivers/net/ethernet/alteon drivers/net/ethernet/altera drivers/net/ethernet/amazon
        drivers/net/ethernet/amd drivers/net/ethernet/aquantia drivers/net/ethernet/atheros
        drivers/net/ethernet/broadcom drivers/net/ethernet/brocade drivers/net/ethernet/cadence
        drivers/net/ethernet/cavium drivers/net/ethernet/chelsio drivers/net/ethernet/cisco
        drivers/net/ethernet/davicom drivers/net/ethernet/dec drivers/net/ethernet/dlink
        drivers/net/ethernet/ec_bhf drivers/net/ethernet/emulex drivers/net/ethernet/engleder
        drivers/net/ethernet/ethoc drivers/net/ethernet/fealnx drivers/net/ethernet/fujitsu
        drivers/net/ethernet/fungible drivers/net/ethernet/google drivers/net/ethernet/huawei
        drivers/net/ethernet/jme drivers/net/ethernet/korina drivers/net/ethernet/litex
        drivers/net/ethernet/marvell drivers/net/ethernet/mellanox drivers/net/ethernet/micrel
        drivers/net/ethernet/microchip drivers/net/ethernet/microsoft drivers/net/ethernet/mscc
        drivers/net/ethernet/myricom drivers/net/ethernet/natsemi drivers/net/ethernet/neterion
        drivers/net/ethernet/netronome drivers/net/ethernet/ni drivers/net/ethernet/nvidia
        drivers/net/ethernet/oki-semi drivers/net/ethernet/packetengines drivers/net/ethernet/pensando
        drivers/net/ethernet/qlogic drivers/net/ethernet/qualcomm drivers/net/ethernet/rdc
        drivers/net/ethernet/realtek drivers/net/ethernet/renesas drivers/net/ethernet/samsung
        drivers/net/ethernet/seeq drivers/net/ethernet/sfc drivers/net/ethernet/silan drivers/net/ethernet/sis
        drivers/net/ethernet/smsc drivers/net/ethernet/stmicro drivers/net/ethernet/sun
        drivers/net/ethernet/synopsys drivers/net/ethernet/tehuti drivers/net/ethernet/ti
        drivers/net/ethernet/vertexcom drivers/net/ethernet/via drivers/net/ethernet/wangxun
        drivers/net/ethernet/wiznet drivers/net/ethernet/xircom drivers/net/phy drivers/net/usb
        drivers/net/wireless drivers/net/wwan drivers/nfc drivers/parport drivers/pcmcia drivers/pinctrl
        drivers/platform drivers/power drivers/regulator drivers/rtc drivers/scsi/aacraid drivers/scsi/aic7xxx
        drivers/scsi/aic94xx drivers/scsi/arcmsr drivers/scsi/be2iscsi drivers/scsi/bfa drivers/scsi/bnx2fc
        drivers/scsi/bnx2i drivers/scsi/csiostor drivers/scsi/cxgbi drivers/scsi/elx drivers/scsi/esas2r
        drivers/scsi/fcoe drivers/scsi/fnic drivers/scsi/isci drivers/scsi/libfc drivers/scsi/lpfc
        drivers/scsi/megaraid drivers/scsi/mpi3mr drivers/scsi/mpt3sas drivers/scsi/mvsas drivers/scsi/pm8001
        drivers/scsi/qedf drivers/scsi/qedi drivers/scsi/qla2xxx drivers/scsi/qla4xxx drivers/scsi/smartpqi
        drivers/scsi/snic drivers/soundwire drivers/spi drivers/staging drivers/target drivers/thermal
        drivers/thunderbolt drivers/ufs drivers/usb/gadget drivers/usb/misc drivers/usb/serial drivers/vdpa
        drivers/vfio drivers/vhost drivers/video drivers/w1 drivers/watchdog drivers/xen fs/afs fs/bcachefs
        fs/btrfs fs/cachefiles fs/ceph fs/coda fs/dlm fs/erofs fs/f2fs fs/gfs2 fs/hfs fs/hfsplus fs/jffs2 fs/jfs
        fs/lockd fs/netfs fs/nfs fs/nfsd fs/nilfs2 fs/ntfs3 fs/ocfs2 fs/orangefs fs/reiserfs fs/smb fs/ubifs fs/udf
        fs/xfs net/9p net/batman-adv net/bluetooth net/bridge net/can net/ceph net/dccp net/ipv4/netfilter
        net/ipv6/netfilter net/mac80211 net/netfilter net/nfc net/openvswitch net/rxrpc net/sched net/sctp net/smc
        net/sunrpc net/tipc net/wireless sound
        """.split(whereSeparator: \.isWhitespace).map(String.init)
}
