# shellcheck shell=bash
# What programs ask for when nobody asked them to; sourced by e2e.  The lab is up and LAB_STATE known.  Each is used
# when it is there: none of them is in `packages` for this alone.
HABIT_SECONDS=${HABIT_SECONDS:-20}	# a browser's first minute is longer than anybody wants to wait

# there PROGRAM: where clients look for it
there() { PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v "$1" >/dev/null; }

# trust DIRECTORY: a certificate store that holds the lab's authority
trust() {
	mkdir -p "$1"
	certutil -d "sql:$1" -N --empty-password
	certutil -d "sql:$1" -A -t C,, -n lab -i "$LAB_STATE/ca.crt"
}

# A fresh profile each, an empty page, no switch that asks for quiet.
habit_firefox() {
	local profile
	profile=$(mktemp -d -p "$LAB_STATE/home")
	trust "$profile"
	LAB_LIMIT=$HABIT_SECONDS on "$1" env MOZ_HEADLESS=1 firefox-esr --no-remote --profile "$profile" about:blank
}
habit_chromium() {
	[ -d "$LAB_STATE/home/.pki/nssdb" ] || trust "$LAB_STATE/home/.pki/nssdb"
	LAB_LIMIT=$HABIT_SECONDS on "$1" chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--user-data-dir="$(mktemp -d -p "$LAB_STATE/home")" --no-first-run about:blank
}
# What comes back is no package, so these end with a complaint; that they asked is what counts.
habit_apt-get() { apt_update "$1" http://archive.ubuntu.com/ubuntu https://security.ubuntu.com/ubuntu; }
habit_npm() { on "$1" env NODE_EXTRA_CA_CERTS="$LAB_STATE/ca-bundle.crt" npm view --fetch-retries=0 left-pad version; }
habit_pip() { on "$1" env PIP_CERT="$LAB_STATE/ca-bundle.crt" pip --retries 0 index versions six; }

# Whom each of them asks at least, and what it is started as; for e2e.
# shellcheck disable=SC2034
declare -A habit_name=(
	[firefox]=mozilla [chromium]=google [apt-get]=archive.ubuntu.com [npm]=npmjs [pip]=pypi
)
# shellcheck disable=SC2034
declare -A habit_program=([firefox]=firefox-esr [chromium]=chromium [apt-get]=apt-get [npm]=npm [pip]=pip)
