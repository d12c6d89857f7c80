package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/visure-anagrafiche/visure/adapters/mail"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// parse reads a command line as main does.
func parse(t *testing.T, args ...string) (cli, error) {
	t.Helper()
	var c cli
	parser, err := kong.New(&c, options(t.Context())...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return c, err
}

// bare removes the program's own variables from the environment of the test.
func bare(t *testing.T) {
	t.Helper()
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "VISURE_") {
			t.Setenv(name, value) // restores it
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestWithoutSettingsTheServerIsOneMachines(t *testing.T) {
	bare(t)
	c, err := parse(t, "serve")
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs("data")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Stores: Stores{Data: here}, Listen: "127.0.0.1:8080", ANPR: ANPRConfig{Signature: "sha256", Break: 10 * time.Second},
		Mail: MailConfig{Port: 587, Security: mail.StartTLS}, Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
		Workers: 16, Sweep: defaultSweep, Drain: defaultDrain, Streams: 1000,
	}
	if diff := cmp.Diff(want, c.Serve.Config, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	if err := c.Serve.Validate(); err != nil {
		t.Errorf("they are refused: %v", err)
	}
}

// Each setting can be given by a flag and by a variable; the flag wins.
func TestEverySettingIsReadFromFlagAndEnvironment(t *testing.T) {
	bare(t)
	t.Setenv("VISURE_METRICS", "127.0.0.1:9464") // where --pprof is to be served
	for _, setting := range []struct {
		flag, variable, value, other string
		read                         func(Config) any
		want                         any
	}{
		{"data", "VISURE_DATA", "/srv/a", "/srv/b", func(c Config) any { return c.Data }, "/srv/a"},
		{"database-url", "VISURE_DATABASE_URL", "postgres://a/v", "postgres://b/v", func(c Config) any { return c.DatabaseURL }, "postgres://a/v"},
		{"event-store", "VISURE_ESDB", "esdb://a", "esdb://b", func(c Config) any { return c.EventStore }, "esdb://a"},
		{"key-file", "VISURE_KEY_FILE", "/keys/a", "/keys/b", func(c Config) any { return c.KeyFile }, "/keys/a"},
		{"log-level", "VISURE_LOG_LEVEL", "error", "debug", func(c Config) any { return c.LogLevel }, slog.LevelError},
		{"listen", "VISURE_LISTEN", "127.0.0.1:1", "127.0.0.1:2", func(c Config) any { return c.Listen }, "127.0.0.1:1"},
		{"metrics", "VISURE_METRICS", "127.0.0.1:1", "127.0.0.1:2", func(c Config) any { return c.Metrics }, "127.0.0.1:1"},
		{"pprof", "VISURE_PPROF", "true", "false", func(c Config) any { return c.Pprof }, true},
		{"public-url", "VISURE_PUBLIC_URL", "https://a", "https://b", func(c Config) any { return c.PublicURL }, "https://a"},
		{"headings", "VISURE_HEADINGS", "/srv/a", "/srv/b", func(c Config) any { return c.Headings }, "/srv/a"},
		{"anpr-url", "VISURE_ANPR_URL", "https://a", "https://b", func(c Config) any { return c.ANPR.URL }, "https://a"},
		{"anpr-genuine", "VISURE_ANPR_GENUINE", "true", "false", func(c Config) any { return c.ANPR.Genuine }, true},
		{"anpr-ca", "VISURE_ANPR_CA", "/ca/a", "/ca/b", func(c Config) any { return c.ANPR.CA }, "/ca/a"},
		{"anpr-keystores", "VISURE_ANPR_KEYSTORES", "/p12/a", "/p12/b", func(c Config) any { return c.ANPR.Keystores }, "/p12/a"},
		{"anpr-signature", "VISURE_ANPR_SIGNATURE", "sha1", "sha256", func(c Config) any { return c.ANPR.Signature }, "sha1"},
		{"anpr-break", "VISURE_ANPR_BREAK", "3s", "4s", func(c Config) any { return c.ANPR.Break }, 3 * time.Second},
		{"anpr-client-tls", "VISURE_ANPR_CLIENT_TLS", "true", "false", func(c Config) any { return c.ANPR.ClientTLS }, true},
		{"oidc-issuer", "VISURE_OIDC_ISSUER", "https://a", "https://b", func(c Config) any { return c.OIDC.Issuer }, "https://a"},
		{"oidc-client-id", "VISURE_OIDC_CLIENT_ID", "a", "b", func(c Config) any { return c.OIDC.ClientID }, "a"},
		{"workers", "VISURE_WORKERS", "3", "4", func(c Config) any { return c.Workers }, 3},
		{"sweep", "VISURE_SWEEP", "3s", "4s", func(c Config) any { return c.Sweep }, 3 * time.Second},
		{"drain", "VISURE_DRAIN", "3s", "4s", func(c Config) any { return c.Drain }, 3 * time.Second},
	} {
		t.Run(setting.flag, func(t *testing.T) {
			for way, set := range map[string]func(t *testing.T) []string{
				"flag":     func(*testing.T) []string { return []string{"--" + setting.flag + "=" + setting.value} },
				"variable": func(t *testing.T) []string { t.Setenv(setting.variable, setting.value); return nil },
				"flag and variable": func(t *testing.T) []string {
					t.Setenv(setting.variable, setting.other)
					return []string{"--" + setting.flag + "=" + setting.value}
				},
			} {
				t.Run(way, func(t *testing.T) {
					c, err := parse(t, append([]string{"serve"}, set(t)...)...)
					if err != nil {
						t.Fatal(err)
					}
					if got := setting.read(c.Serve.Config); got != setting.want {
						t.Errorf("read as %v, want %v", got, setting.want)
					}
				})
			}
		})
	}
}

// What cannot be meant is refused before anything starts, and the refusal names
// it.
func TestCommandLinesThatCannotBeMeantAreRefused(t *testing.T) {
	bare(t)
	for line, blamed := range map[string]string{
		"":                               "expected one of",
		"sevre":                          "sevre",
		"serve --workers=many":           "--workers",
		"serve --workers=-1":             "--workers",
		"serve --sweep=5":                "--sweep",
		"serve --sweep=0s":               "--sweep",
		"serve --drain=-1ms":             "--drain",
		"serve --pprof":                  "--pprof",
		"serve --anpr-signature=md5":     "--anpr-signature",
		"serve --log-level=loud":         "--log-level",
		"serve --anpr-break=soon":        "--anpr-break",
		"serve --port=80":                "--port",
		"serve now":                      "now",
		"run --people=all":               "--people",
		"run --seed=-1":                  "--seed",
		"run --workers=-1":               "--workers",
		"demo --sweep=-5s":               "--sweep",
		"simulate":                       "anpr",
		"simulate inps":                  "inps",
		"admin rebuild":                  "<model>",
		"admin rebuild everything":       "everything",
		"admin rebuild elenco dettaglio": "dettaglio",
		"admin rebuild Elenco":           "must be one of",
		"admin token":                    "<utente>",
		"admin token u standard":         "<at>",
		"admin token u king 039002":      "must be one of",
		"admin token u standard 039002 --validity=1": "--validity",
		"admin erase": "--basis",
		"admin erase 5b1f6a4e-7f0c-4a54-9a53-3f2f0a9d2c11": "--basis",
		"admin":                          "expected one of",
		"admin comune":                   "expected one of",
		"admin comune show bagnacavallo": "istat",
		"admin top remove 039002":        "<utente>",
		"admin auditor name":             "--comune",
		"admin auditor name --comune 039002 --ente e": "can't be used together",
		"admin administrator name":                    "<account>",
		"init --comune-ore-silenzio=many":             "--comune-ore-silenzio",
		"init --top-codice-fiscale=X":                 "--top-codice-fiscale",
		"init --file=/nowhere/init.yaml":              "/nowhere/init.yaml",
		"eventstore":                                  "expected one of",
		"eventstore serve":                            "--data",
		"eventstore backup /b":                        "--data",
		"eventstore restore":                          "--data",
		"eventstore verify extra":                     "extra",
		"migrate --workers=3":                         "--workers",
	} {
		if _, err := parse(t, strings.Fields(line)...); err == nil {
			t.Errorf("visure %s is taken", line)
		} else if !strings.Contains(err.Error(), blamed) {
			t.Errorf("visure %s: %v; want %q named", line, err, blamed)
		}
	}
}

func TestConfigRefusesWhatNoPartCouldWorkWith(t *testing.T) {
	t.Parallel()
	good := Config{Workers: 1, Sweep: time.Nanosecond}
	for name, tc := range map[string]struct {
		change func(*Config)
		blamed string
	}{
		"the least that works":    {func(*Config) {}, ""},
		"no drain":                {func(c *Config) { c.Drain = 0 }, ""},
		"workers below none":      {func(c *Config) { c.Workers = -3 }, "--workers"},
		"no sweep":                {func(c *Config) { c.Sweep = 0 }, "--sweep"},
		"a sweep in the past":     {func(c *Config) { c.Sweep = -time.Second }, "--sweep"},
		"a drain in the past":     {func(c *Config) { c.Drain = -time.Second }, "--drain"},
		"nothing that can be set": {func(c *Config) { *c = Config{} }, "--sweep"},
	} {
		c := good
		tc.change(&c)
		err := c.Validate()
		if (err == nil) != (tc.blamed == "") || err != nil && !strings.HasPrefix(err.Error(), tc.blamed+": ") {
			t.Errorf("%s: %v, want %q blamed", name, err, tc.blamed)
		}
	}
}

func TestPlacesFollowFromTheDataFolderUnlessGiven(t *testing.T) {
	t.Parallel()
	c := Config{Stores: Stores{Data: "/srv/visure"}, Listen: "127.0.0.1:8080"}
	for got, want := range map[string]string{
		c.path(): "/srv/visure", c.path("postgres", "data"): "/srv/visure/postgres/data", c.keyFile(): "/srv/visure/keys/kek",
		c.keystores(): "/srv/visure/anpr", c.publicURL(): "http://127.0.0.1:8080",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	c.KeyFile, c.ANPR.Keystores, c.PublicURL = "/run/kek", "/run/p12", "https://visure.comune.it/"
	for got, want := range map[string]string{c.keyFile(): "/run/kek", c.keystores(): "/run/p12", c.publicURL(): "https://visure.comune.it"} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// leaves are the commands that do something, by the words that call them.
func leaves(node *kong.Node, words string) map[string]*kong.Node {
	found := map[string]*kong.Node{}
	for _, child := range node.Children {
		path := strings.TrimSpace(words + " " + child.Name)
		if child.Leaf() {
			found[path] = child
			continue
		}
		for name, leaf := range leaves(child, path) {
			found[name] = leaf
		}
	}
	return found
}

// Whoever types --help after any command learns what it does and what each of
// its settings is.
func TestEveryCommandExplainsItself(t *testing.T) {
	bare(t)
	var c cli
	var said bytes.Buffer
	ended := errors.New("ended")
	parser, err := kong.New(&c, append(options(t.Context()), kong.Writers(&said, &said), kong.Exit(func(code int) { panic(fmt.Errorf("%w with %d", ended, code)) }))...)
	if err != nil {
		t.Fatal(err)
	}
	commands := leaves(parser.Model.Node, "")
	if len(commands) < 16 {
		t.Fatalf("only %d commands: %v", len(commands), commands)
	}
	help := func(line string) string {
		said.Reset()
		defer func() {
			if err, _ := recover().(error); !errors.Is(err, ended) || err.Error() != "ended with 0" {
				t.Errorf("visure %s: %v", line, err)
			}
		}()
		_, err := parser.Parse(strings.Fields(line))
		t.Errorf("visure %s goes on: %v", line, err)
		return ""
	}
	help("--help")
	for name := range commands {
		if first, _, _ := strings.Cut(name, " "); strings.Contains(said.String(), "\n  "+first) == commands[name].Hidden {
			t.Errorf("visure --help does not speak of %s", first)
		}
	}
	for name, command := range commands {
		help(name + " --help")
		text := strings.Join(strings.Fields(said.String()), " ")
		if !strings.HasPrefix(text, "Usage: visure "+name) || !strings.Contains(text, strings.Join(strings.Fields(command.Help), " ")) || command.Help == "" {
			t.Errorf("visure %s --help does not say what it does:\n%s", name, text)
		}
		for _, flag := range command.Flags {
			if flag.Help == "" || !strings.Contains(text, "--"+flag.Name) {
				t.Errorf("visure %s --help does not explain --%s", name, flag.Name)
			}
			if len(flag.Envs) > 0 && !strings.Contains(text, flag.Envs[0]) {
				t.Errorf("visure %s --help does not name %s", name, flag.Envs[0])
			}
		}
		for _, arg := range command.Positional {
			if arg.Help == "" {
				t.Errorf("visure %s --help does not explain <%s>", name, arg.Name)
			}
		}
		if strings.Contains(text, "${") {
			t.Errorf("visure %s --help has a variable left in it", name)
		}
	}
}

// A refusal is said as its reader is to read it; of any other error all is said,
// to whoever runs the program.
func TestErrorsAreExplainedToWhoTypedTheCommand(t *testing.T) {
	t.Parallel()
	refusal := domain.FieldErrorf(domain.Invalid, "visura", "la visura %s non esiste", "x")
	for want, err := range map[string]error{
		"la visura x non esiste":          refusal,
		"la visura x non esiste ":         fmt.Errorf("load visura-x: %w", domain.Errorf(domain.NotFound, "la visura x non esiste ")),
		"uno":                             errors.Join(errors.New("close"), domain.Errorf(domain.Conflict, "uno")),
		"start PostgreSQL: exit status 1": errors.New("start PostgreSQL: exit status 1"),
		"open x: file does not exist":     fmt.Errorf("open x: %w", os.ErrNotExist),
		"first\nsecond":                   errors.Join(errors.New("first"), errors.New("second")),
	} {
		if got := explain(err); got != want {
			t.Errorf("%v is explained as %q, want %q", err, got, want)
		}
	}
}

// The names a person may give to rebuild are those of the read models there are.
func TestEveryReadModelCanBeNamed(t *testing.T) {
	bare(t)
	for _, model := range projections.Names() {
		if c, err := parse(t, "admin", "rebuild", model); err != nil || c.Admin.Rebuild.Model != model {
			t.Errorf("%s: %v, %v", model, c.Admin.Rebuild.Model, err)
		}
	}
}

// The program ends with 1 and one line for a mistake of who typed the command,
// and on standard output there is nothing.
func TestAMistakeEndsTheProgramWithOneLine(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"eventstore", "verify", "--data", filepath.Join(t.TempDir(), "nowhere")},
		{"eventstore", "stats", "--data", filepath.Join(t.TempDir(), "nowhere")},
		{"eventstore", "restore", "--data", filepath.Join(t.TempDir(), "new"), t.TempDir()},
		{"eventstore", "scavenge", "--data", filepath.Join(t.TempDir(), "nowhere")},
	} {
		said, err := program(t, args...)
		if err == nil {
			t.Errorf("visure %v succeeds: %s", args, said)
		}
		if !strings.HasPrefix(said, "visure: ") || strings.Count(said, "\n") != 1 {
			t.Errorf("visure %v says %q", args, said)
		}
	}
}
