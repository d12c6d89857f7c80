package pages

// The assets are committed as they are built, so that only who changes them needs Node.
//go:generate npm ci --ignore-scripts --prefix assets
//go:generate go run -C assets ./src/png
//go:generate npm run build --prefix assets
