package io.meshguard.cli;

import io.meshguard.report.ProductInfo;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class ProductVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {ProductInfo.NAME + " " + ProductInfo.VERSION};
  }
}
