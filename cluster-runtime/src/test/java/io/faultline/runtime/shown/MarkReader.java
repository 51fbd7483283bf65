package io.faultline.runtime.shown;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Finds the [Shows] marks in the test sources of all modules with the compiler's own parser. Sources and not classes,
/// so
/// that the page can be made without a build, and no class left over from yesterday stands on it.
final class MarkReader {

    private MarkReader() {}

    static List<Mark> readAll(Path root) throws IOException {
        List<Path> sources = sourcesWithMarks(root);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Mark> marks = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
            for (CompilationUnitTree unit : task.parse()) {
                Path source = root.relativize(Path.of(unit.getSourceFile().toUri()));
                unit.accept(new Collector(source, marks), null);
            }
        }
        return marks;
    }

    private static List<Path> sourcesWithMarks(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        List<Path> modules;
        try (Stream<Path> children = Files.list(root)) {
            modules = children.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        }
        for (Path tests : modules) {
            try (Stream<Path> files = Files.walk(tests)) {
                for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                        .sorted()
                        .toList()) {
                    if (Files.readString(file).contains("@Shows(")) {
                        found.add(file);
                    }
                }
            }
        }
        return found;
    }

    /// Walks one file; nested classes are named `Outer.Inner`.
    private static final class Collector extends TreeScanner<Void, Void> {

        private final Path source;
        private final List<Mark> marks;
        private final Deque<String> names = new ArrayDeque<>();

        Collector(Path source, List<Mark> marks) {
            this.source = source;
            this.marks = marks;
        }

        @Override
        public Void visitClass(ClassTree tree, Void unused) {
            names.addLast(tree.getSimpleName().toString());
            collect(tree.getModifiers());
            super.visitClass(tree, null);
            names.removeLast();
            return null;
        }

        @Override
        public Void visitMethod(MethodTree tree, Void unused) {
            names.addLast(tree.getName().toString());
            collect(tree.getModifiers());
            names.removeLast();
            return null;
        }

        @Override
        public Void visitVariable(VariableTree tree, Void unused) {
            names.addLast(tree.getName().toString());
            collect(tree.getModifiers());
            names.removeLast();
            return null;
        }

        private void collect(ModifiersTree modifiers) {
            for (AnnotationTree annotation : modifiers.getAnnotations()) {
                if (annotation.getAnnotationType().toString().equals("Shows")) {
                    marks.add(mark(annotation));
                }
            }
        }

        private Mark mark(AnnotationTree annotation) {
            List<String> ids = List.of();
            EnumSet<World> worlds = EnumSet.noneOf(World.class);
            for (ExpressionTree argument : annotation.getArguments()) {
                if (argument instanceof AssignmentTree named
                        && named.getVariable().toString().equals("in")) {
                    literals(named.getExpression()).forEach(world -> worlds.add(World.valueOf(world)));
                } else {
                    ids = literals(argument instanceof AssignmentTree named ? named.getExpression() : argument);
                }
            }
            return new Mark(source, String.join(".", names), ids, worlds);
        }

        private List<String> literals(ExpressionTree expression) {
            return switch (expression) {
                case NewArrayTree array ->
                    array.getInitializers().stream()
                            .flatMap(each -> literals(each).stream())
                            .toList();
                case LiteralTree literal -> List.of(String.valueOf(literal.getValue()));
                case MemberSelectTree select -> List.of(select.getIdentifier().toString());
                case IdentifierTree identifier -> List.of(identifier.getName().toString());
                default ->
                    throw new IllegalArgumentException(
                            "@Shows takes literals only, not " + expression + " in " + source);
            };
        }
    }
}
