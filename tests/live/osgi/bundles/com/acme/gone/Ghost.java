package com.acme.gone;

/** What is held when its bundle has been uninstalled. */
public final class Ghost {
    private final byte[] text = new byte[50_000];
}
