#!/bin/sh
# Installs the laboratory's packages that are missing (Debian, root). Nothing that is installed here
# is started, now or at boot, and no file that stood in /etc before is changed.
set -eu

list=${1:-$(dirname "$0")/packages.txt}
missing=
for package in $(sed 's/#.*//' "$list"); do
    dpkg-query --show --showformat '${db:Status-Status}\n' "$package" 2>/dev/null \
        | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "Installing the test servers (once):$missing"
policy=/usr/sbin/policy-rc.d
kept=
log=$(mktemp)
restore() {
    if [ -n "$kept" ]; then mv -f "$kept" "$policy"; else rm -f "$policy"; fi
    rm -f "$log"
}
if [ -e "$policy" ] || [ -L "$policy" ]; then
    kept=$(mktemp "$policy.XXXXXX")
    mv -f "$policy" "$kept"
fi
trap restore EXIT
trap 'exit 130' INT TERM HUP

# 101: the action is not allowed. invoke-rc.d and deb-systemd-invoke both ask before they start.
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

# Postfix asks what kind of mailer this machine is; "No configuration" writes no main.cf.
echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections

export DEBIAN_FRONTEND=noninteractive
quietly() {
    "$@" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
}
quietly apt-get update -q
# shellcheck disable=SC2086 # the list is meant to be split
quietly apt-get install -q -y --no-install-recommends $missing

# A machine that runs systemd would start them at the next boot.
if command -v systemctl >/dev/null; then
    for unit in unbound knot postfix dovecot nginx postgresql; do
        case "$missing" in
        *" $unit"*) systemctl disable "$unit" >/dev/null 2>&1 || true ;;
        esac
    done
fi
