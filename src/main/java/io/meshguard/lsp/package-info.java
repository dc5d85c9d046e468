/**
 * The language server: what an editor shows of files while somebody types. What the files say is
 * judged by whoever starts it; knows no command line and no terminal, only streams and documents.
 */
@NullMarked
package io.meshguard.lsp;

import org.jspecify.annotations.NullMarked;
