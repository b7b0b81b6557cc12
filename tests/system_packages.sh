#!/bin/sh
# The Debian packages that the tests need: a real IMAP server, a real browser, a Chinese font, openssl.
# Looks for the programs themselves, installs what is missing when it may, else says how to get it.
set -eu
PATH=$PATH:/usr/sbin:/sbin

have() { command -v "$1" >/dev/null 2>&1; }
dovecot_part() { [ -x "/usr/lib/dovecot/$1" ] || [ -x "/usr/libexec/dovecot/$1" ]; }

missing() {
    have dovecot && dovecot_part imap || echo dovecot-imapd
    have dovecot && dovecot_part lmtp || echo dovecot-lmtpd
    have chromium || echo chromium
    [ -n "$(find /usr/share/fonts -name 'NotoSansCJK*' 2>/dev/null | head -n 1)" ] || echo fonts-noto-cjk
    have openssl || echo openssl
}

packages=$(missing | tr '\n' ' ')
packages=${packages% }
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root="env"
elif have sudo && sudo -n true 2>/dev/null; then
    as_root="sudo env"
else
    as_root=""
fi

if [ -z "$as_root" ] || ! have apt-get; then
    {
        echo "The tests need Debian packages that are not here: $packages"
        echo "Install them, then run the tests again:"
        echo "    sudo apt-get update && sudo apt-get install --no-install-recommends $packages"
    } >&2
    exit 1
fi

echo "Installing Debian packages for the tests: $packages"
# Somebody else may hold apt's lists for a moment; dpkg's own lock is waited for by the option.
tries=0
until $as_root DEBIAN_FRONTEND=noninteractive apt-get -qq update; do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] || { echo "apt-get update keeps failing; see above" >&2; exit 1; }
    sleep 6
done
# shellcheck disable=SC2086  # the list is meant to be split
$as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
    install --no-install-recommends $packages >/dev/null </dev/null

# The tests start servers of their own; a machine that had none should not get one listening.
case $packages in
*dovecot-imapd*)
    if [ -d /run/systemd/system ]; then
        $as_root systemctl disable --now dovecot.service dovecot.socket >/dev/null 2>&1 || true
    else
        $as_root service dovecot stop >/dev/null 2>&1 || true
    fi
    ;;
esac

still=$(missing | tr '\n' ' ')
[ -z "$still" ] || { echo "Installed, but still not to be found: $still" >&2; exit 1; }
