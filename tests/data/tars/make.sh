#!/usr/bin/env bash
# Makes the archives here with GNU tar, bsdtar and Python's tarfile, and beside each one what Python's tarfile lists of it.
# Needs root, for devices and owners. The archives are kept, since other versions of the tools write other bytes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"

long=$(printf 'folder-of-a-long-name/%.0s' 1 2 3 4 5 6 7)
mkdir -p few many/"$long" many/sticky
printf hello > few/file
: > few/empty
head -c 1500 /dev/zero | tr '\0' x > few/three-blocks
ln few/file few/hard
ln -s ../elsewhere few/symlink
chmod 4755 few/file
cp -a few many/
printf 'a long path' > many/"$long"file
printf 'a component of 150' > many/"$(printf 'n%.0s' $(seq 150))"
ln -s "$(printf 'target/%.0s' $(seq 30))" many/long-target
printf umlaut > 'many/grün'
printf latin > $'many/gr\xfcn'
printf newline > $'many/two\nlines'
printf escape > $'many/\e[2Jescape'
mkfifo many/fifo
mknod many/null c 1 3
mknod many/disk b 8 1
chmod 1777 many/sticky
truncate -s 1M sparse-file && printf middle | dd of=sparse-file bs=1 seek=500000 conv=notrunc status=none
find few many sparse-file -exec touch -h -d '2024-02-29 12:34:56.789' {} +
touch -d '1969-12-31 23:59:58' many/few/empty

gnu() { tar --sort=name --owner=root:0 --group=root:0 -b1 -cf "$here/gnu-$1.tar" "${@:2}"; }
gnu v7 --format=v7 few
gnu old --format=oldgnu many
gnu gnu --format=gnu --owner=someone:3000000 many
gnu ustar --format=ustar few "many/$long"
gnu pax --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime --owner=someone:3000000 many
gnu pax-global --format=posix '--pax-option=globexthdr.name=global,comment=all,delete=atime,delete=ctime' few
gnu sparse-gnu --format=gnu --sparse sparse-file few/file
for version in 0.0 0.1 1.0; do
  gnu "sparse-$version" --format=posix --sparse --sparse-version=$version \
    --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime sparse-file few/file
done
for format in v7 ustar; do bsdtar -b1 --format=$format -cf "$here/bsd-$format.tar" few; done
for format in pax gnutar; do bsdtar -b1 --format=$format -cf "$here/bsd-$format.tar" many; done

python3 - "$here" <<'PYTHON'
import glob, json, sys, tarfile
here = sys.argv[1]
tarfile.RECORDSIZE = 512
for name, form in (("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
    with tarfile.open(f"{here}/python-{name}.tar", "w", format=form) as archive:
        archive.add("few" if name == "ustar" else "many")
types = {b"0": "file", b"\0": "file", b"1": "link", b"2": "symlink", b"3": "character-device", b"4": "block-device",
         b"5": "folder", b"6": "fifo", b"S": "file"}
for path in sorted(glob.glob(f"{here}/*.tar")):
    with tarfile.open(path, encoding="utf-8", errors="surrogateescape") as archive, open(path[:-4] + ".jsonl", "w") as listing:
        for member in archive:
            def raw(name):
                return name.encode("utf-8", "surrogateescape").hex()
            kind = types[member.type]
            print(json.dumps({
                "path": raw(member.name), "kind": kind, "size": member.size if kind == "file" else 0,
                "mode": member.mode, "uid": member.uid, "gid": member.gid, "owner": member.uname, "group": member.gname,
                "mtime": int(member.mtime // 1), "target": raw(member.linkname) if kind in ("link", "symlink") else None,
                "device": [member.devmajor, member.devminor] if "device" in kind else [0, 0],
                "offset": member.offset_data, "sparse": member.issparse(),
            }), file=listing)
PYTHON
